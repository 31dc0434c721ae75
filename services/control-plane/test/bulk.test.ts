import { EventId, fact, type MemberId, streams, type TaskId, TeamId, toNewEvents } from "@muster/domain"
import { v7 } from "uuid"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { addMember, dispatch, type House, newTeam, openHouse, readTask, record } from "./support/house.ts"

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

interface Verdict {
  readonly id?: string
  readonly entry?: string
  readonly ok: boolean
  readonly type?: string
  readonly position?: string
}
const verdictsOf = (json: unknown) => (json as { verdicts: readonly Verdict[] }).verdicts
const inShort = (json: unknown) =>
  verdictsOf(json).map(({ ok, type }) => (ok ? "ok" : type?.replace("urn:muster:problem:", "")))

const teamWith = async (count: number) => {
  const team = await newTeam(house)
  const lea = await addMember(house, team, "lea")
  const ids: string[] = []
  for (let n = 0; n < count; n++) ids.push(await dispatch(house, team, lea, { title: `Task ${n}` }))
  return { team, lea, ids }
}
const settled = async () => house.floor.reads.waitFor(await house.floor.log.head(), 5_000)
const dead = fact("TaskDeadLettered", { reason: "poison", message: "not understood" })

describe("commands on many tasks", () => {
  test("are decided one by one: a bad one costs no other", async () => {
    const { team, ids } = await teamWith(3)
    await house.post(`${team}/tasks/${ids[1]}/cancel`, {})
    const elsewhere = (await teamWith(1)).ids[0]
    const answer = await house.post(`${team}/tasks/bulk/cancel`, {
      ids: [...ids, v7(), elsewhere],
      reason: "all of it",
    })
    expect(answer.status).toBe(202)
    expect(inShort(answer.json)).toEqual(["ok", "closed", "ok", "unknown-task", "unknown-task"])
    expect(verdictsOf(answer.json).map(({ id }) => id)).toEqual(expect.arrayContaining(ids))
    for (const id of ids) expect((await readTask(house, team, id, answer)).task).toMatchObject({ phase: "cancelled" })
  })

  test("answer a repeat with the same key alike, and do nothing twice", async () => {
    const { team, ids } = await teamWith(2)
    const body = { ids }
    await house.post(`${team}/tasks/bulk/cancel`, body)
    const [first, again] = [
      await house.post(`${team}/tasks/bulk/retry`, body, { key: `retry ${team}` }),
      await house.post(`${team}/tasks/bulk/retry`, body, { key: `retry ${team}` }),
    ]
    expect(inShort(first.json)).toEqual(["ok", "ok"])
    expect(again.json).toEqual(first.json)
    for (const id of ids) expect((await readTask(house, team, id, again)).task).toMatchObject({ run: 2 })
  })

  test("may mean whatever matches a filter", async () => {
    const { team, ids } = await teamWith(4)
    await house.post(`${team}/tasks/bulk/cancel`, { ids: ids.slice(0, 2) })
    await settled()
    const retried = await house.post(`${team}/tasks/bulk/retry`, { filter: { phase: "cancelled" } })
    expect(verdictsOf(retried.json).map(({ id }) => id)).toEqual([ids[1], ids[0]])
    expect(retried.json).toMatchObject({ hasMore: false })
    await settled()
    const searched = await house.post(`${team}/tasks/bulk/cancel`, { filter: { state: "open", q: "Task 3" } })
    expect(verdictsOf(searched.json)).toMatchObject([{ id: ids[3], ok: true }])
    const nothing = await house.post(`${team}/tasks/bulk/cancel`, { filter: { q: "no such title" } })
    expect(nothing).toMatchObject({ status: 202, json: { verdicts: [] } })
  })

  test("move new runs to another member or a pool", async () => {
    const { team, ids } = await teamWith(2)
    const max = await addMember(house, team, "max")
    await house.post(`${team}/tasks/bulk/cancel`, { ids })
    const moved = await house.post(`${team}/tasks/bulk/retry`, { ids: ids.slice(0, 1), memberId: max })
    expect((await readTask(house, team, ids[0] ?? "", moved)).task).toMatchObject({ memberId: max })
    const pooled = await house.post(`${team}/tasks/bulk/retry`, { ids: ids.slice(1), pool: { skills: ["rust"] } })
    expect((await readTask(house, team, ids[1] ?? "", pooled)).task).toMatchObject({ memberId: null })
  })

  test("give waiting tasks to another member, each by itself", async () => {
    const { team, ids } = await teamWith(3)
    const max = await addMember(house, team, "max")
    await house.post(`${team}/tasks/${ids[1]}/cancel`, {})
    const given = await house.post(`${team}/tasks/bulk/reassign`, { ids, memberId: max })
    expect(inShort(given.json)).toEqual(["ok", "closed", "ok"])
    for (const id of [ids[0], ids[2]])
      expect((await readTask(house, team, id ?? "", given)).task).toMatchObject({ memberId: max, phase: "queued" })
    expect(await house.post(`${team}/tasks/bulk/reassign`, { ids })).toMatchObject({
      status: 422,
      problem: "validation",
    })
  })

  test("redrive and discard dead letters", async () => {
    const { team, ids } = await teamWith(3)
    for (const id of ids.slice(0, 2)) await record(house, team, id, dead)
    const discarded = await house.post(`${team}/tasks/bulk/discard`, { ids, reason: "seen" })
    expect(inShort(discarded.json)).toEqual(["ok", "ok", "conflict"])
    expect((await readTask(house, team, ids[0] ?? "", discarded)).task).toMatchObject({
      phase: "dead-lettered",
      isDiscarded: true,
    })
    const redriven = await house.post(`${team}/tasks/bulk/redrive`, { ids })
    expect(inShort(redriven.json)).toEqual(["ok", "ok", "conflict"])
    expect((await readTask(house, team, ids[0] ?? "", redriven)).task).toMatchObject({
      phase: "queued",
      isDiscarded: false,
    })
  })

  test.each([
    ["nothing said", {}],
    ["both ids and a filter", { ids: [v7()], filter: {} }],
    ["no ids", { ids: [] }],
    ["ids that are none", { ids: ["T-1"] }],
    ["too many ids", { ids: Array.from({ length: 501 }, () => v7()) }],
    ["an unknown state", { filter: { phase: "lost" } }],
    ["an unknown filter", { filter: { title: "x" } }],
  ])("are refused with %s", async (_what, body) => {
    const { team } = await teamWith(0)
    for (const command of ["cancel", "retry", "redrive", "discard"])
      expect(await house.post(`${team}/tasks/bulk/${command}`, body)).toMatchObject({
        status: 422,
        problem: "validation",
      })
  })
})

describe("dead-lettered entries of the bus", () => {
  const bury = async (team: string, member: string, data: object = {}): Promise<string> => {
    const stream = streams.member(member)
    const [first] = await house.floor.log.readStream(stream, { limit: 1 })
    if (first === undefined) throw new Error("no such member")
    const letter = fact("MemberEntryDeadLettered", {
      stream: "out",
      entryId: "7-0",
      reason: "no JSON",
      raw: "{",
      ...data,
    })
    const meta = { ...first.meta, team: TeamId.make(team.slice("/teams/".length)) }
    const events = toNewEvents([letter], meta, () => EventId.make(v7()))
    const [verdict] = await house.floor.log.append([{ stream, expectedRevision: "any", events }])
    if (verdict?.ok !== true) throw new Error("not recorded")
    await settled()
    return verdict.lastPosition
  }
  const list = async (team: string, query = "") => {
    await settled()
    return ((await house.get(`${team}/dead-letters${query}`)).json as { items: readonly Record<string, unknown>[] })
      .items
  }
  const outbox = (team: string, member: string) => {
    const memberRef = { teamId: TeamId.make(team.slice("/teams/".length)), memberId: member as MemberId }
    return house.floor.bus.readReports([memberRef], { what: "new", blockMillis: 10 })
  }

  test("are shown with body, reason, time and what they were about", async () => {
    const { team, lea, ids } = await teamWith(1)
    const entry = await bury(team, lea, { taskId: ids[0] as TaskId, attempt: 2 })
    expect(await list(team)).toMatchObject([
      {
        position: entry,
        memberId: lea,
        stream: "out",
        reason: "no JSON",
        raw: "{",
        isRawTruncated: false,
        taskId: ids[0],
        attempt: 2,
        state: "kept",
        settledAt: null,
      },
    ])
  })

  test("are tried again once: the body is in the outbox as it was", async () => {
    const { team, lea } = await teamWith(0)
    await house.floor.bus.ensureMembers([{ teamId: team.slice("/teams/".length), memberId: lea }])
    const entry = await bury(team, lea, { raw: '{"v":99}' })
    const answer = await house.post(`${team}/dead-letters/redrive`, { entries: [entry] }, { key: `redrive ${entry}` })
    expect(inShort(answer.json)).toEqual(["ok"])
    expect(await outbox(team, lea)).toMatchObject([{ raw: '{"v":99}' }])
    expect(await list(team)).toMatchObject([{ state: "redriven" }])
    expect(await list(team, "?state=kept")).toEqual([])
    const again = await house.post(`${team}/dead-letters/redrive`, { entries: [entry] }, { key: `redrive ${entry}` })
    expect(again.json).toEqual(answer.json)
    const other = await house.post(`${team}/dead-letters/redrive`, { entries: [entry] })
    expect(inShort(other.json)).toEqual(["settled"])
    expect(await outbox(team, lea)).toEqual([])
  })

  test("are put aside many at once, also of a member that is gone, each with its own verdict", async () => {
    const { team, lea } = await teamWith(0)
    const entries = [await bury(team, lea), await bury(team, lea)]
    await house.post(`${team}/members/${lea}/remove`, {})
    const foreign = await teamWith(0)
    const elsewhere = await bury(foreign.team, foreign.lea)
    const answer = await house.post(`${team}/dead-letters/discard`, {
      entries: [...entries, elsewhere, "999999999"],
      reason: "seen",
    })
    expect(inShort(answer.json)).toEqual(["ok", "ok", "not-found", "not-found"])
    expect(await list(team, "?state=discarded")).toHaveLength(2)
    expect(await list(foreign.team)).toMatchObject([{ state: "kept" }])
  })

  test("whose body was not kept whole, or whose member is gone, are not tried again", async () => {
    const { team, lea } = await teamWith(0)
    const cut = await bury(team, lea, { isRawTruncated: true })
    const answer = await house.post(`${team}/dead-letters/redrive`, { entries: [cut] })
    expect(inShort(answer.json)).toEqual(["conflict"])
    const whole = await bury(team, lea)
    await house.post(`${team}/members/${lea}/remove`, {})
    expect(inShort((await house.post(`${team}/dead-letters/redrive`, { entries: [whole] })).json)).toEqual(["removed"])
    expect(await list(team, "?state=kept")).toHaveLength(2)
  })

  test("of an inbox take the task along that was given up for it", async () => {
    const { team, lea, ids } = await teamWith(1)
    const [taskId = ""] = ids
    await record(house, team, taskId, dead)
    const entry = await bury(team, lea, { stream: "in", taskId: taskId as TaskId, attempt: 1 })
    const answer = await house.post(`${team}/dead-letters/redrive`, { entries: [entry] })
    expect(inShort(answer.json)).toEqual(["ok"])
    expect((await readTask(house, team, taskId, answer)).task).toMatchObject({ phase: "queued", run: 2 })
  })

  test.each([
    ["no entries", { entries: [] }],
    ["entries that are no positions", { entries: ["-1"] }],
    ["entries that are numbers", { entries: [1] }],
    ["too many entries", { entries: Array.from({ length: 501 }, (_, n) => String(n)) }],
    ["an unknown field", { entries: ["1"], all: true }],
  ])("are left alone with %s", async (_what, body) => {
    const { team } = await teamWith(0)
    for (const command of ["redrive", "discard"])
      expect(await house.post(`${team}/dead-letters/${command}`, body)).toMatchObject({
        status: 422,
        problem: "validation",
      })
  })
})
