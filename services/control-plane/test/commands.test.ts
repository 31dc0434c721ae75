import { LogUnavailable, Overloaded } from "@muster/event-store"
import { v7 } from "uuid"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Answer, signIn } from "./support/edge.ts"
import { refusing } from "./support/faults.ts"
import { addMember, dispatch, type House, newTeam, openHouse, readTask } from "./support/house.ts"

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const readMembers = async (team: string, { position }: Pick<Answer, "position">) =>
  ((await house.get(`${team}?atLeast=${position}`)).json as { members: Record<string, unknown>[] }).members

describe("a repeated command", () => {
  test("with the same key and body gets the same answer, and creates one thing", async () => {
    const first = await house.post("/teams", { name: "Once" }, { key: "team-1" })
    const again = await house.post("/teams", { name: "Once" }, { key: "team-1" })
    expect([again.status, again.json]).toEqual([first.status, first.json])
    const team = `/teams/${first.id}`
    const lea = await addMember(house, team, "lea")
    const body = { title: "Do it", memberId: lea }
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => house.post(`${team}/tasks`, body, { key: "t-1" })),
    )
    expect(new Set(answers.map(({ json }) => JSON.stringify(json))).size).toBe(1)
    const { items } = (await house.get(`${team}/tasks?atLeast=${answers[0]?.position}`)).json as { items: unknown[] }
    expect(items).toHaveLength(1)
  })

  test("gets the same answer long after, whatever has become of things since", async () => {
    const team = await newTeam(house)
    const lea = await addMember(house, team, "lea")
    const first = await house.post(`${team}/tasks`, { title: "A", memberId: lea }, { key: "late" })
    await house.post(`${team}/tasks/${first.id}/cancel`, {})
    await house.post(`${team}/members/${lea}/remove`, {})
    await house.post(`${team}/archive`, {})
    expect(await house.post(`${team}/tasks`, { title: "A", memberId: lea }, { key: "late" })).toMatchObject({
      status: 202,
      json: first.json,
    })
    expect(await house.post(`${team}/tasks`, { title: "A", memberId: lea }, { key: "later" })).toMatchObject({
      status: 409,
    })
  })

  test("with another body is a conflict", async () => {
    const first = await house.post("/teams", { name: "One" }, { key: "conflict" })
    expect(first.status).toBe(201)
    expect(await house.post("/teams", { name: "Two" }, { key: "conflict" })).toMatchObject({
      status: 409,
      problem: "idempotency-conflict",
    })
    const team = `/teams/${first.id}`
    await house.patch(team, { name: "Three" }, { key: "edit" })
    expect(await house.patch(team, { name: "Four" }, { key: "edit" })).toMatchObject({ status: 409 })
    expect(await house.post(`${team}/pause`, {}, { key: "edit" })).toMatchObject({ status: 409 })
  })

  test("that changed something once changes nothing the second time", async () => {
    const team = await newTeam(house)
    const paused = await house.post(`${team}/pause`, { reason: "x" }, { key: "p" })
    const resumed = await house.post(`${team}/resume`, {})
    const again = await house.post(`${team}/pause`, { reason: "x" }, { key: "p" })
    expect(again.json).toEqual(paused.json)
    const { team: doc } = (await house.get(`${team}?atLeast=${resumed.position}`)).json as {
      team: { isPaused: boolean }
    }
    expect(doc.isPaused).toBe(false)
  })

  test("is the same in another order of fields, and another one of another person", async () => {
    const team = await newTeam(house)
    const lea = await addMember(house, team, "lea")
    const one = await house.post(`${team}/tasks`, { title: "A", memberId: lea, priority: 3 }, { key: "order" })
    const two = await house.post(`${team}/tasks`, { priority: 3, memberId: lea, title: "A" }, { key: "order" })
    expect(two.json).toEqual(one.json)
    const bo = house.as(await signIn(house.floor, house.edge, "Bo", "operator"))
    const other = await bo.post(`${team}/tasks`, { title: "A", memberId: lea, priority: 3 }, { key: "order" })
    expect(other.id).not.toBe(one.id)
  })

  test("of the chat is one message", async () => {
    const team = await newTeam(house)
    const first = await house.post(`${team}/chat`, { text: "hello" }, { key: "c" })
    const between = await house.post(`${team}/chat`, { text: "between" })
    const again = await house.post(`${team}/chat`, { text: "hello" }, { key: "c" })
    expect(again.json).toEqual(first.json)
    const { items } = (await house.get(`${team}/chat?atLeast=${between.position}`)).json as { items: unknown[] }
    expect(items).toHaveLength(2)
  })
})

describe("reading one's own writes", () => {
  test("?atLeast= waits until the read models have got there", async () => {
    const team = await newTeam(house)
    const lea = await addMember(house, team, "lea")
    for (let i = 0; i < 10; i++) {
      const { id, position } = await house.post(`${team}/tasks`, { title: `${i}`, memberId: lea })
      expect((await readTask(house, team, id, { position })).task).toMatchObject({ id, number: i + 1 })
    }
  })

  test("says that the read models are behind when they do not get there in time", { timeout: 20_000 }, async () => {
    house.floor.projecting.hold()
    const team = await house.post("/teams", { name: "Late" })
    const answer = await house.get(`/teams?atLeast=${team.position}`)
    house.floor.projecting.go()
    expect(answer).toMatchObject({ status: 503, problem: "read-model-behind" })
    expect(answer.headers.get("retry-after")).toBe("1")
  })

  test("commands see what was just created, also while the read models stand still", async () => {
    const team = await newTeam(house)
    const lea = await addMember(house, team, "lea")
    house.floor.projecting.hold()
    const { id } = await house.post(`${team}/tasks`, { title: "A", memberId: lea })
    expect(await house.post(`${team}/tasks/${id}/cancel`, {})).toMatchObject({ status: 202, json: { id } })
    const fresh = await house.post("/teams", { name: "Fresh" })
    expect(await house.post(`/teams/${fresh.id}/chat`, { text: "first" })).toMatchObject({ status: 201 })
    house.floor.projecting.go()
  })
})

describe("a member", () => {
  test("gets what its maker left out filled in", async () => {
    const team = await newTeam(house)
    const added = await house.post(`${team}/members`, { handle: "ann", runtime: "command" })
    expect(await readMembers(team, added)).toMatchObject([
      { handle: "ann", name: "ann", role: "member", slots: 1, skills: [], placement: "local", runtimeOptions: {} },
    ])
  })

  test("has a handle that nobody else in the team has, however many ask at once", async () => {
    const team = await newTeam(house)
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => house.post(`${team}/members`, { handle: "twin", runtime: "simulated" })),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(5)
    expect(answers.find(({ status }) => status === 409)?.problem).toBe("handle-taken")
    const bob = await addMember(house, team, "bob")
    expect(await house.patch(`${team}/members/${bob}`, { handle: "twin" })).toMatchObject({ problem: "handle-taken" })
    expect(await house.patch(`${team}/members/${bob}`, { handle: "bob", slots: 3 })).toMatchObject({ status: 200 })
  })

  test("gives its handle and its office free when it is removed", async () => {
    const team = await newTeam(house)
    const first = await addMember(house, team, "lea", { role: "leader" })
    expect(await house.post(`${team}/members`, { handle: "leo", runtime: "simulated", role: "leader" })).toMatchObject({
      status: 409,
      problem: "second-leader",
    })
    await house.post(`${team}/members/${first}/remove`, { reason: "done" })
    await addMember(house, team, "lea", { role: "leader" })
  })

  test("that was removed takes no commands, and says so", async () => {
    const team = await newTeam(house)
    const lea = await addMember(house, team, "lea")
    await house.post(`${team}/members/${lea}/remove`, {})
    for (const [method, path] of [
      ["post", `${team}/members/${lea}/pause`],
      ["post", `${team}/members/${lea}/enroll`],
      ["patch", `${team}/members/${lea}`],
    ] as const)
      expect(await house[method](path, {})).toMatchObject({ status: 409, problem: "removed" })
    expect(await house.post(`${team}/members/${lea}/remove`, {})).toMatchObject({ status: 200 })
  })
})

describe("dispatch", () => {
  test("goes to the leader when nobody is named, also right after the leader came", async () => {
    const team = await newTeam(house)
    expect(await house.post(`${team}/tasks`, { title: "A" })).toMatchObject({ status: 422, problem: "no-leader" })
    await addMember(house, team, "bob")
    const lea = await addMember(house, team, "lea", { role: "leader" })
    const sent = await house.post(`${team}/tasks`, { title: "A" })
    expect(await readTask(house, team, sent.id, sent)).toMatchObject({
      task: { memberId: lea, phase: "queued" },
      spec: {
        title: "A",
        instructions: "",
        inputs: {},
        runtimeOptions: {},
        priority: 5,
        retry: { maxAttempts: 1, backoffMillis: 1_000 },
        timeLimitMillis: 3_600_000,
        after: [],
      },
    })
  })

  test("to a member that nobody ever heard of waits", async () => {
    const team = await newTeam(house)
    const lea = await addMember(house, team, "lea")
    const sent = await house.post(`${team}/tasks`, { title: "A", memberId: lea })
    expect(sent.status).toBe(202)
    expect((await readTask(house, team, sent.id, sent)).task).toMatchObject({ phase: "queued" })
  })

  test("to nobody, to somebody of another team or to somebody who left is refused", async () => {
    const team = await newTeam(house)
    const lea = await addMember(house, team, "lea")
    const elsewhere = await addMember(house, await newTeam(house), "lea")
    const to = (memberId: string) => house.post(`${team}/tasks`, { title: "A", memberId })
    expect(await to(v7())).toMatchObject({ status: 422, problem: "unknown-member" })
    expect(await to(elsewhere)).toMatchObject({ status: 422, problem: "unknown-member" })
    await house.post(`${team}/members/${lea}/remove`, {})
    expect(await to(lea)).toMatchObject({ status: 409, problem: "removed" })
  })

  test("that was accepted is answered again as it was then, although its team was archived since", async () => {
    const team = await newTeam(house)
    await addMember(house, team, "lea", { role: "leader" })
    const first = await house.post(`${team}/tasks`, { title: "A" }, { key: "before" })
    await house.post(`${team}/archive`, {})
    expect(await house.post(`${team}/tasks`, { title: "A" }, { key: "before" })).toMatchObject({
      status: 202,
      json: first.json,
    })
    expect(await house.post(`${team}/tasks`, { title: "B" }, { key: "before" })).toMatchObject({
      problem: "idempotency-conflict",
    })
  })

  test("in an archived team is refused until it is restored; stopping work stays possible", async () => {
    const team = await newTeam(house)
    const lea = await addMember(house, team, "lea")
    const open = await dispatch(house, team, lea)
    await house.post(`${team}/archive`, { reason: "over" })
    expect(await house.post(`${team}/tasks`, { title: "A", memberId: lea })).toMatchObject({ problem: "archived" })
    expect(await house.post(`${team}/chat`, { text: "hi" })).toMatchObject({ problem: "archived" })
    expect(await house.post(`${team}/members`, { handle: "x", runtime: "simulated" })).toMatchObject({
      problem: "archived",
    })
    expect(await house.post(`${team}/tasks/${open}/cancel`, {})).toMatchObject({ status: 202 })
    await house.post(`${team}/restore`, {})
    expect(await house.post(`${team}/tasks`, { title: "A", memberId: lea })).toMatchObject({ status: 202 })
  })

  test("waits only for tasks of its own team", async () => {
    const team = await newTeam(house)
    const lea = await addMember(house, team, "lea")
    const first = await dispatch(house, team, lea)
    const elsewhere = await newTeam(house)
    const foreign = await dispatch(house, elsewhere, await addMember(house, elsewhere, "bob"))
    const body = (after: string[]) => ({ title: "B", memberId: lea, after })
    expect(await house.post(`${team}/tasks`, body([first, foreign, v7()]))).toMatchObject({
      status: 422,
      problem: "unknown-dependency",
      json: { errors: [{ pointer: "/after/1" }, { pointer: "/after/2" }] },
    })
    const sent = await house.post(`${team}/tasks`, body([first, first]))
    expect(await readTask(house, team, sent.id, sent)).toMatchObject({
      task: { phase: "waiting" },
      spec: { after: [first] },
    })
  })
})

describe("bulk dispatch", () => {
  test("decides each item by itself and answers a repeat alike", async () => {
    const team = await newTeam(house)
    const lea = await addMember(house, team, "lea", { role: "leader" })
    const tasks = [
      { title: "one" },
      { title: "two", memberId: v7() },
      { title: "three", memberId: lea },
      { title: "four", after: [v7()] },
    ]
    const first = await house.post(`${team}/tasks/bulk`, { tasks }, { key: "bulk" })
    expect(first).toMatchObject({
      status: 202,
      json: {
        verdicts: [
          { ok: true },
          { ok: false, type: "urn:muster:problem:unknown-member" },
          { ok: true },
          { ok: false, type: "urn:muster:problem:unknown-dependency" },
        ],
      },
    })
    const { items } = (await house.get(`${team}/tasks?atLeast=${first.position}`)).json as {
      items: { title: string }[]
    }
    expect(items.map(({ title }) => title)).toEqual(["three", "one"])
    await house.post(`${team}/members/${lea}/remove`, {})
    await house.post(`${team}/archive`, {})
    const again = (await house.post(`${team}/tasks/bulk`, { tasks }, { key: "bulk" })).json as { verdicts: object[] }
    const { verdicts } = first.json as { verdicts: object[] }
    expect([again.verdicts[0], again.verdicts[2]]).toEqual([verdicts[0], verdicts[2]])
  })

  test("under the key of another list is a conflict, item by item", async () => {
    const team = await newTeam(house)
    await addMember(house, team, "lea", { role: "leader" })
    await house.post(`${team}/tasks/bulk`, { tasks: [{ title: "one" }] }, { key: "lists" })
    const again = await house.post(`${team}/tasks/bulk`, { tasks: [{ title: "uno" }] }, { key: "lists" })
    expect(again.json).toMatchObject({ verdicts: [{ ok: false, type: "urn:muster:problem:idempotency-conflict" }] })
  })
})

describe("a log that cannot take it", () => {
  test.each([
    [new Overloaded({ retryAfterMillis: 2_500 }), "overloaded", "3"],
    [new LogUnavailable({ cause: "gone" }), "log-unavailable", "1"],
  ] as const)("is told as 503 with the time to wait: %s", async (error, problem, seconds) => {
    const answer = await refusing(house.floor.log, error, () => house.post("/teams", { name: "A" }))
    expect(answer).toMatchObject({ status: 503, problem })
    expect(answer.headers.get("retry-after")).toBe(seconds)
  })
})
