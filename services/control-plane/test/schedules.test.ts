import { v7 } from "uuid"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { addMember, type House, newSchedule, newTeam, openHouse } from "./support/house.ts"

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

interface Seen {
  readonly schedule: { readonly id: string; readonly isPaused: boolean; readonly spec: Record<string, unknown> }
  readonly next: readonly string[]
}
const teamWithLeader = async () => {
  const team = await newTeam(house)
  return { team, lea: await addMember(house, team, "lea", { role: "leader" }) }
}
const read = async (team: string, id: string, position: string) =>
  (await house.get(`${team}/schedules/${id}?atLeast=${position}`)).json as Seen
const list = async (team: string) => {
  const position = await house.floor.log.head()
  return ((await house.get(`${team}/schedules?atLeast=${position}`)).json as { items: readonly Seen[] }).items
}
const valid = { name: "Nightly", cron: "30 2 * * *", task: { title: "Sweep" } }

describe("a schedule", () => {
  test("has what its maker left out filled in, and shows its next three due times", async () => {
    const { team, lea } = await teamWithLeader()
    const made = await house.post(`${team}/schedules`, valid)
    expect(made.status).toBe(201)
    const { schedule, next } = await read(team, made.id, made.position)
    expect(schedule).toMatchObject({
      isPaused: false,
      spec: { timeZone: "UTC", overlap: "skip", catchUp: "one", task: { title: "Sweep", memberId: lea, priority: 5 } },
    })
    expect(next).toHaveLength(3)
    for (const instant of next) expect(instant).toMatch(/T02:30:00\.000Z$/u)
    expect([...next].toSorted()).toEqual(next)
  })

  test("is listed until it is deleted, the newest first", async () => {
    const { team } = await teamWithLeader()
    const first = await newSchedule(house, team, { name: "First" })
    const second = await newSchedule(house, team, { name: "Second" })
    expect((await list(team)).map(({ schedule }) => schedule.id)).toEqual([second, first])
    const deleted = await house.post(`${team}/schedules/${first}/delete`, { reason: "over" })
    expect((await list(team)).map(({ schedule }) => schedule.id)).toEqual([second])
    expect(await house.get(`${team}/schedules/${first}?atLeast=${deleted.position}`)).toMatchObject({ status: 404 })
    expect(await house.post(`${team}/schedules/${first}/pause`, {})).toMatchObject({ status: 409, problem: "deleted" })
  })

  test("is paused without due times, and resumed", async () => {
    const { team } = await teamWithLeader()
    const id = await newSchedule(house, team)
    const paused = await house.post(`${team}/schedules/${id}/pause`, { reason: "holiday" })
    expect(await read(team, id, paused.position)).toMatchObject({ schedule: { isPaused: true }, next: [] })
    const resumed = await house.post(`${team}/schedules/${id}/resume`, {})
    const seen = await read(team, id, resumed.position)
    expect(seen.schedule.isPaused).toBe(false)
    expect(seen.next).toHaveLength(3)
  })

  test("is changed in part: what is not named stays", async () => {
    const { team, lea } = await teamWithLeader()
    const id = await newSchedule(house, team)
    const changed = await house.patch(`${team}/schedules/${id}`, { cron: "0 9 * * MON", timeZone: "Europe/Berlin" })
    const { schedule } = await read(team, id, changed.position)
    expect(schedule.spec).toMatchObject({
      name: "Nightly",
      cron: "0 9 * * MON",
      timeZone: "Europe/Berlin",
      task: { title: "Work", memberId: lea },
    })
    const retargeted = await house.patch(`${team}/schedules/${id}`, {
      task: { title: "Sweep", pool: { skills: ["broom"] } },
    })
    const after = await read(team, id, retargeted.position)
    expect(after.schedule.spec["task"]).toMatchObject({ title: "Sweep", pool: { skills: ["broom"] } })
    expect(after.schedule.spec["task"]).not.toHaveProperty("memberId")
  })

  test("is part of the team's view and history", async () => {
    const { team } = await teamWithLeader()
    const id = await newSchedule(house, team)
    await list(team)
    const { state } = (await house.get(`${team}/replay`)).json as { state: { schedules: Record<string, unknown> } }
    expect(Object.keys(state.schedules)).toEqual([id])
    const { items } = (await house.get(`${team}/history?type=ScheduleCreated`)).json as { items: readonly unknown[] }
    expect(items).toHaveLength(1)
  })

  test("is made once under one key, and is a conflict with another body", async () => {
    const { team } = await teamWithLeader()
    const [first, again] = [
      await house.post(`${team}/schedules`, valid, { key: "make-it" }),
      await house.post(`${team}/schedules`, valid, { key: "make-it" }),
    ]
    expect(again.json).toEqual(first.json)
    const other = { ...valid, name: "Another" }
    expect(await house.post(`${team}/schedules`, other, { key: "make-it" })).toMatchObject({
      status: 409,
      problem: "idempotency-conflict",
    })
  })

  test.each([
    ["no name", { ...valid, name: " " }],
    ["no expression", { name: "x", task: { title: "x" } }],
    ["six fields", { ...valid, cron: "* * * * * *" }],
    ["an hour that is none", { ...valid, cron: "0 25 * * *" }],
    ["a day that never comes", { ...valid, cron: "0 0 31 2 *" }],
    ["a date instead of an expression", { ...valid, cron: "2030-01-01T00:00:00Z" }],
    ["a time zone that is none", { ...valid, timeZone: "Middle/Earth" }],
    ["an offset as time zone", { ...valid, timeZone: "+02:00" }],
    ["an unknown policy", { ...valid, overlap: "both" }],
    ["work without a title", { ...valid, task: {} }],
    ["work with a deadline", { ...valid, task: { title: "x", deadlineAt: "2030-01-01T00:00:00Z" } }],
    ["work with dependencies", { ...valid, task: { title: "x", after: [] } }],
    ["both a member and a pool", { ...valid, task: { title: "x", memberId: v7(), pool: { skills: ["a"] } } }],
    ["an unknown field", { ...valid, enabled: true }],
  ])("is refused with %s", async (_what, body) => {
    const { team } = await teamWithLeader()
    expect(await house.post(`${team}/schedules`, body)).toMatchObject({ status: 422, problem: "validation" })
  })

  test("needs somebody to do it, an open team, and a member of the team", async () => {
    const nobody = await newTeam(house)
    expect(await house.post(`${nobody}/schedules`, valid)).toMatchObject({ status: 422, problem: "no-leader" })
    const { team } = await teamWithLeader()
    const stranger = { ...valid, task: { title: "x", memberId: v7() } }
    expect(await house.post(`${team}/schedules`, stranger)).toMatchObject({ problem: "unknown-member" })
    await house.post(`${team}/archive`, {})
    expect(await house.post(`${team}/schedules`, valid)).toMatchObject({ status: 409, problem: "archived" })
  })
})
