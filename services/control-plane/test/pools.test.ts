import { AssignmentId, fact } from "@muster/domain"
import { v7 } from "uuid"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { addMember, dispatch, type House, memberIdOf, newTeam, openHouse, readTask, record } from "./support/house.ts"

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const rust = { skills: ["rust"] }

describe("dispatch to a pool", () => {
  test("needs no member, no leader, and nobody who has the skill yet", async () => {
    const team = await newTeam(house)
    const answer = await house.post(`${team}/tasks`, { title: "Work", pool: rust })
    expect(answer.status).toBe(202)
    const { task, spec, waits } = await readTask(house, team, answer.id, answer)
    expect(waits).toBe("nobody-has-skills")
    expect(task).toMatchObject({ phase: "queued", memberId: null, pool: rust })
    expect(spec).toMatchObject({ pool: rust })
    expect(spec).not.toHaveProperty("memberId")
  })

  test.each([
    ["both a member and a pool", { memberId: v7(), pool: rust }],
    ["a pool without skills", { pool: { skills: [] } }],
    ["a pool that is a name", { pool: "rust" }],
    ["a blank skill", { pool: { skills: ["  "] } }],
    ["a skill with NUL", { pool: { skills: ["a\u0000"] } }],
    ["more skills than a member may have", { pool: { skills: Array.from({ length: 33 }, (_, n) => `s${n}`) } }],
    ["an unknown field", { pool: { skills: ["a"], any: true } }],
  ])("is refused with %s", async (_what, target) => {
    const team = await newTeam(house)
    expect(await house.post(`${team}/tasks`, { title: "Work", ...target })).toMatchObject({
      status: 422,
      problem: "validation",
    })
  })

  test("shows who has it while somebody does, and nobody again when it is given back", async () => {
    const team = await newTeam(house)
    const lea = memberIdOf(await addMember(house, team, "lea", { skills: ["rust"] }))
    const answer = await house.post(`${team}/tasks`, { title: "Work", pool: rust })
    const assignmentId = AssignmentId.make(v7())
    const assigned = fact("TaskAssigned", { assignmentId, memberId: lea, run: 1, attempt: 1, epoch: 1 })
    await record(house, team, answer.id, assigned)
    const seen = async () => {
      const position = await house.floor.log.head()
      return (await readTask(house, team, answer.id, { position })).task
    }
    expect(await seen()).toMatchObject({ phase: "assigned", memberId: lea, pool: rust })
    await record(
      house,
      team,
      answer.id,
      fact("TaskLeaseExpired", { assignmentId, lastHeardAt: null, reason: "no-heartbeat" }),
    )
    expect(await seen()).toMatchObject({ phase: "queued", memberId: null })
  })

  test("is where a new run may be moved, and from where", async () => {
    const team = await newTeam(house)
    const lea = await addMember(house, team, "lea")
    const task = await dispatch(house, team, lea)
    await house.post(`${team}/tasks/${task}/cancel`, {})
    const moved = await house.post(`${team}/tasks/${task}/retry`, { pool: rust })
    expect((await readTask(house, team, task, moved)).task).toMatchObject({ memberId: null, pool: rust, run: 2 })
    await house.post(`${team}/tasks/${task}/cancel`, {})
    const again = await house.post(`${team}/tasks/${task}/retry`, {})
    expect((await readTask(house, team, task, again)).task).toMatchObject({ memberId: null, pool: rust, run: 3 })
    await house.post(`${team}/tasks/${task}/cancel`, {})
    const back = await house.post(`${team}/tasks/${task}/retry`, { memberId: lea })
    expect((await readTask(house, team, task, back)).task).toMatchObject({ memberId: lea, pool: null, run: 4 })
    await house.post(`${team}/tasks/${task}/cancel`, {})
    const both = { memberId: lea, pool: rust }
    expect(await house.post(`${team}/tasks/${task}/retry`, both)).toMatchObject({ status: 422, problem: "validation" })
    const stranger = { memberId: v7() }
    expect(await house.post(`${team}/tasks/${task}/retry`, stranger)).toMatchObject({ problem: "unknown-member" })
  })
})

describe("work that waits", () => {
  test("says why: what stands in the way of its pool, its member or its team", async () => {
    const team = await newTeam(house)
    const pooled = (await house.post(`${team}/tasks`, { title: "Work", pool: rust })).id
    const waitsOf = async (id: string) =>
      (await readTask(house, team, id, { position: await house.floor.log.head() })).waits
    expect(await waitsOf(pooled)).toBe("nobody-has-skills")
    const lea = await addMember(house, team, "lea", { skills: ["Rust "] })
    expect(await waitsOf(pooled)).toBe("nobody-online")
    const own = await dispatch(house, team, lea)
    expect(await waitsOf(own)).toBe("member-offline")
    await house.post(`${team}/members/${lea}/drain`, {})
    expect(await waitsOf(own)).toBe("member-draining")
    await house.post(`${team}/drain`, {})
    expect(await waitsOf(own)).toBe("team-draining")
    await house.post(`${team}/halt`, { reason: "runaway" })
    expect(await waitsOf(pooled)).toBe("team-halted")
    await house.post(`${team}/tasks/${own}/cancel`, {})
    expect(await waitsOf(own)).toBeUndefined()
  })
})

describe("references within a bulk dispatch", () => {
  interface Verdict {
    readonly ok: boolean
    readonly id?: string
    readonly type?: string
  }
  const bulk = async (team: string, tasks: readonly object[]) => {
    const answer = await house.post(`${team}/tasks/bulk`, {
      tasks: tasks.map((task) => ({ title: "Work", pool: rust, ...task })),
    })
    return { answer, verdicts: (answer.json as { verdicts: readonly Verdict[] }).verdicts }
  }
  const problems = (verdicts: readonly Verdict[]) =>
    verdicts.map(({ ok, type }) => (ok ? "ok" : type?.replace("urn:muster:problem:", "")))

  test("make a fan-out and fan-in, whatever the order of the list", async () => {
    const team = await newTeam(house)
    const { answer, verdicts } = await bulk(team, [
      { ref: "join", afterRefs: ["left", "right"] },
      { ref: "left", afterRefs: ["start"] },
      { ref: "right", afterRefs: ["start"] },
      { ref: "start" },
    ])
    expect(problems(verdicts)).toEqual(["ok", "ok", "ok", "ok"])
    const ids = verdicts.map(({ id }) => id ?? "")
    const after = async (id: string) => (await readTask(house, team, id, answer)).task["after"]
    expect(await after(ids[0] ?? "")).toEqual([ids[1], ids[2]])
    expect(await after(ids[1] ?? "")).toEqual([ids[3]])
    expect(await after(ids[3] ?? "")).toEqual([])
    expect((await readTask(house, team, ids[0] ?? "", answer)).task).toMatchObject({ phase: "waiting" })
  })

  test("that form a cycle are refused with all that waits for it, and nothing else is", async () => {
    const team = await newTeam(house)
    const { verdicts } = await bulk(team, [
      { ref: "a", afterRefs: ["b"] },
      { ref: "b", afterRefs: ["c"] },
      { ref: "c", afterRefs: ["a"] },
      { ref: "tail", afterRefs: ["a"] },
      { ref: "self", afterRefs: ["self"] },
      { ref: "free" },
    ])
    const cycle = "dependency-cycle"
    expect(problems(verdicts)).toEqual([cycle, cycle, cycle, cycle, cycle, "ok"])
  })

  test("to nobody, to a name given twice, or to a refused item are refused", async () => {
    const team = await newTeam(house)
    const { verdicts } = await bulk(team, [
      { ref: "one", afterRefs: ["nobody"] },
      { ref: "two", afterRefs: ["one"] },
      { ref: "twin" },
      { ref: "twin" },
      { afterRefs: ["twin"] },
      { after: [v7()], ref: "stranger" },
      { afterRefs: ["stranger"] },
      {},
    ])
    const unknown = "unknown-dependency"
    expect(problems(verdicts)).toEqual([unknown, unknown, "validation", "validation", unknown, unknown, unknown, "ok"])
  })

  test("are the same on a repeat with the same key", async () => {
    const team = await newTeam(house)
    const tasks = [{ ref: "a" }, { ref: "b", afterRefs: ["a"] }].map((task) => ({ title: "W", pool: rust, ...task }))
    const [first, second] = [
      await house.post(`${team}/tasks/bulk`, { tasks }, { key: "bulk-refs" }),
      await house.post(`${team}/tasks/bulk`, { tasks }, { key: "bulk-refs" }),
    ]
    expect(second.json).toEqual(first.json)
  })

  test.each([
    ["a name with blanks", { ref: "a b" }],
    ["an empty name", { ref: "" }],
    ["names that are no list", { afterRefs: "a" }],
    ["too many names", { afterRefs: Array.from({ length: 65 }, (_, n) => `r${n}`) }],
  ])("are refused with %s", async (_what, task) => {
    const team = await newTeam(house)
    expect((await bulk(team, [task])).answer).toMatchObject({ status: 422, problem: "validation" })
  })
})
