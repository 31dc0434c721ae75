import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { signIn } from "./support/edge.ts"
import { addMember, dispatch, type House, newTeam, openHouse } from "./support/house.ts"

let house: House
let operator: string
beforeAll(async () => {
  house = await openHouse()
  operator = await signIn(house.floor, house.edge, "Op", "operator")
})
afterAll(() => house.close())

interface TeamSeen {
  readonly team: {
    readonly isDraining: boolean
    readonly halts: readonly { readonly by: string; readonly reason: string; readonly cancelQueued: boolean }[]
  }
  readonly members: readonly { readonly id: string; readonly isDraining: boolean }[]
}
const see = async (team: string) => {
  const position = await house.floor.log.head()
  return (await house.get(`${team}?atLeast=${position}`)).json as TeamSeen
}
const haltsOf = async (team: string) => (await see(team)).team.halts.map(({ by }) => by)

describe("the kill switch of a team", () => {
  test("is thrown and lifted with a reason, and seen by everybody", async () => {
    const team = await newTeam(house)
    expect(await house.post(`${team}/halt`, { reason: "runaway" })).toMatchObject({ status: 202 })
    expect((await see(team)).team.halts).toMatchObject([{ by: "team", reason: "runaway", cancelQueued: false }])
    expect(await house.post(`${team}/release`, { reason: "found it" })).toMatchObject({ status: 202 })
    expect(await haltsOf(team)).toEqual([])
  })

  test.each([
    {},
    { reason: "" },
    { reason: "  " },
    { reason: "x".repeat(2_001) },
    { reason: "a\u0000" },
    { reason: 1 },
  ])("needs a reason: %j is none", async (body) => {
    const team = await newTeam(house)
    expect(await house.post(`${team}/halt`, body)).toMatchObject({ status: 422, problem: "validation" })
    expect(await house.post(`${team}/release`, body)).toMatchObject({ status: 422, problem: "validation" })
  })

  test("thrown twice changes nothing, and lets work still be dispatched and wait", async () => {
    const team = await newTeam(house)
    const lea = await addMember(house, team, "lea")
    const first = await house.post(`${team}/halt`, { reason: "runaway" })
    const second = await house.post(`${team}/halt`, { reason: "again" })
    expect(second.position).toBe(first.position)
    await dispatch(house, team, lea)
    const withQueue = await house.post(`${team}/halt`, { reason: "all of it", cancelQueued: true })
    expect(withQueue.position).not.toBe(first.position)
    expect((await see(team)).team.halts).toMatchObject([{ reason: "all of it", cancelQueued: true }])
  })

  test("works on an archived team", async () => {
    const team = await newTeam(house)
    await house.post(`${team}/archive`, {})
    expect(await house.post(`${team}/halt`, { reason: "runaway" })).toMatchObject({ status: 202 })
    expect(await haltsOf(team)).toEqual(["team"])
  })

  test("is the owner's alone", async () => {
    const team = await newTeam(house)
    const asOperator = house.as(operator)
    for (const path of [`${team}/halt`, `${team}/release`, "/organisation/halt", "/organisation/release"])
      expect(await asOperator.post(path, { reason: "x" })).toMatchObject({ status: 403, problem: "forbidden" })
  })
})

describe("the kill switch of the organisation", () => {
  test("halts every team at once, lets no new one come to be, and leaves a team's own switch alone", async () => {
    const [one, two] = [await newTeam(house), await newTeam(house)]
    await house.post(`${two}/halt`, { reason: "its own" })
    const thrown = await house.post("/organisation/halt", { reason: "everything stops" })
    expect(thrown.status).toBe(202)
    expect(await haltsOf(one)).toEqual(["organisation"])
    expect(await haltsOf(two)).toEqual(["team", "organisation"])
    expect((await house.get("/organisation")).json).toMatchObject({ isHalted: true, haltReason: "everything stops" })
    expect(await house.post("/teams", { name: "Late" })).toMatchObject({ status: 409, problem: "halted" })
    expect(await house.post("/organisation/release", { reason: "over" })).toMatchObject({ status: 202 })
    expect(await haltsOf(one)).toEqual([])
    expect(await haltsOf(two)).toEqual(["team"])
    expect((await house.get("/organisation")).json).toMatchObject({ isHalted: false })
    await newTeam(house)
  })

  test("misses no team that comes to be while it is thrown", async () => {
    const [thrown, ...made] = await Promise.all([
      house.post("/organisation/halt", { reason: "now" }),
      ...Array.from({ length: 6 }, (_, n) => house.post("/teams", { name: `Race ${n}` })),
    ])
    expect(thrown.status).toBe(202)
    for (const answer of made)
      if (answer.status === 201) expect(await haltsOf(`/teams/${answer.id}`)).toEqual(["organisation"])
      else expect(answer.problem).toBe("halted")
    await house.post("/organisation/release", { reason: "over" })
  })

  test("answers a repeat with the same key alike", async () => {
    await newTeam(house)
    const [first, again] = [
      await house.post("/organisation/halt", { reason: "once" }, { key: "stop" }),
      await house.post("/organisation/halt", { reason: "once" }, { key: "stop" }),
    ]
    expect(again.json).toEqual(first.json)
    await house.post("/organisation/release", { reason: "over" })
  })
})

describe("draining", () => {
  test("of a member and of a team is seen, and ends with a resume", async () => {
    const team = await newTeam(house)
    const lea = await addMember(house, team, "lea")
    await house.post(`${team}/members/${lea}/drain`, { reason: "update" })
    await house.post(`${team}/drain`, {})
    const draining = await see(team)
    expect(draining.team.isDraining).toBe(true)
    expect(draining.members).toMatchObject([{ id: lea, isDraining: true }])
    await house.post(`${team}/members/${lea}/resume`, {})
    await house.post(`${team}/resume`, {})
    const resumed = await see(team)
    expect(resumed.team.isDraining).toBe(false)
    expect(resumed.members).toMatchObject([{ isDraining: false }])
  })
})
