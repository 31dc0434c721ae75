import { Schema } from "effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  absentSchedule,
  cronFlaw,
  decideSchedule,
  dueWork,
  evolveSchedule,
  nextDueMillis,
  passedDue,
  SCHEDULE_MISSED_COUNT_MAX,
  ScheduleSpec,
  specOfFiring,
  timeZoneFlaw,
  type ScheduleCommand,
  type ScheduleId,
  type TaskId,
} from "#src/index.ts"
import { spec, team, uuid } from "./arbitrary.ts"

const scheduleId = uuid(500) as ScheduleId
const taskOf = (n: number) => uuid(600 + n) as TaskId
const { after: _after, ...task } = spec()
const nightly: ScheduleSpec = {
  name: "Nightly",
  cron: "30 2 * * *",
  timeZone: "UTC",
  overlap: "skip",
  catchUp: "one",
  task,
}
const at = (text: string) => Date.parse(text)
const instants = (millis: readonly number[]) => millis.map((one) => new Date(one).toISOString())
const create = (over: Partial<ScheduleSpec> = {}): ScheduleCommand => ({
  kind: "create",
  scheduleId,
  teamId: team,
  spec: { ...nightly, ...over },
  from: "2026-01-01T12:00:00.000Z",
  requestHash: "h",
})
const after = (...commands: readonly ScheduleCommand[]) => {
  let state = absentSchedule
  for (const command of commands)
    for (const event of decideSchedule(state, command).facts ?? []) state = evolveSchedule(state, event)
  return { state, when: (command: ScheduleCommand) => decideSchedule(state, command) }
}
const due = (state: typeof absentSchedule, now: string, isPreviousOpen = false) =>
  dueWork(state, { nowMillis: at(now), isPreviousOpen })

describe("a cron expression", () => {
  it.each(["* * * * *", "0 9 * * MON-FRI", "*/15 8-18 * * *", "0 0 1 1 *", "0 0 29 2 *", "59 23 L * *"])(
    "may be %j",
    (cron) => expect(cronFlaw(cron)).toBeUndefined(),
  )
  it.each([
    "",
    "* * * *",
    "* * * * * *",
    "60 * * * *",
    "* 24 * * *",
    "* * 0 * *",
    "* * * 13 *",
    "a b c d e",
    "? * * * *",
    "@daily",
    "2026-01-01T00:00:00",
    "0 0 30 2 *",
    "*/0 * * * *",
    "1-0 * * * *",
    "* * * * *\u0000",
  ])("may not be %j", (cron) => expect(cronFlaw(cron)).toBeTypeOf("string"))
})

describe("a time zone", () => {
  it.each(["UTC", "Europe/Berlin", "America/Argentina/Ushuaia", "Etc/GMT+5"])("may be %j", (zone) =>
    expect(timeZoneFlaw(zone)).toBeUndefined(),
  )
  it.each(["", "Mars/Base", "+02:00", "Europe/Berlin; drop", "../etc", "\u0000"])("may not be %j", (zone) =>
    expect(timeZoneFlaw(zone)).toBeTypeOf("string"),
  )
  it("and the expression are checked where a schedule is read", () => {
    const decode = (value: unknown) =>
      Schema.decodeUnknownResult(ScheduleSpec)(value, { onExcessProperty: "error" })._tag
    expect(decode(nightly)).toBe("Success")
    expect(decode({ ...nightly, cron: "x" })).toBe("Failure")
    expect(decode({ ...nightly, timeZone: "Nowhere/At/All" })).toBe("Failure")
    expect(decode({ ...nightly, overlap: "both" })).toBe("Failure")
    expect(decode({ ...nightly, task: { ...task, after: [] } })).toBe("Failure")
  })
})

describe("due times where the clock changes", () => {
  const berlin = (cron: string) => ({ cron, timeZone: "Europe/Berlin" })
  it("in the hour that is skipped: a single time of day is due once, right after the gap", () => {
    // On 29 March 2026 the clock goes from 02:00 to 03:00.
    expect(instants(nextDueMillis(berlin("30 2 * * *"), at("2026-03-28T12:00:00Z"), 2))).toEqual([
      "2026-03-29T01:00:00.000Z",
      "2026-03-30T00:30:00.000Z",
    ])
  })
  it("in the hour that is skipped: what repeats within the hour is not due in the gap", () => {
    expect(instants(nextDueMillis(berlin("*/30 * * * *"), at("2026-03-29T00:15:00Z"), 3))).toEqual([
      "2026-03-29T00:30:00.000Z",
      "2026-03-29T01:00:00.000Z",
      "2026-03-29T01:30:00.000Z",
    ])
  })
  it("in the hour that comes twice: a single time of day is due once", () => {
    // On 25 October 2026 the clock goes from 03:00 back to 02:00.
    expect(instants(nextDueMillis(berlin("30 2 * * *"), at("2026-10-24T12:00:00Z"), 2))).toEqual([
      "2026-10-25T00:30:00.000Z",
      "2026-10-26T01:30:00.000Z",
    ])
  })
  it("in the hour that comes twice: what repeats within the hour is due in both", () => {
    expect(instants(nextDueMillis(berlin("*/30 2 * * *"), at("2026-10-24T23:00:00Z"), 4))).toEqual([
      "2026-10-25T00:00:00.000Z",
      "2026-10-25T00:30:00.000Z",
      "2026-10-25T01:00:00.000Z",
      "2026-10-25T01:30:00.000Z",
    ])
  })
  it("rise strictly over a whole year, wherever one starts", () => {
    const zones = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
    const crons = ["30 2 * * *", "*/30 * * * *", "15 1,2 * * *", "0 0 1 * *"]
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.constantFrom(...crons),
        fc.integer({ min: at("2026-01-01T00:00:00Z"), max: at("2026-12-31T00:00:00Z") }),
        (timeZone, cron, from) => {
          const times = nextDueMillis({ cron, timeZone }, from, 12)
          expect(times[0]).toBeGreaterThan(from)
          for (const [index, time] of times.entries())
            if (index > 0) expect(time).toBeGreaterThan(times[index - 1] ?? 0)
          // One at a time gives the same as many at once: no due time is lost or comes twice from look to look.
          let last = from
          for (const time of times) {
            expect(nextDueMillis({ cron, timeZone }, last)).toEqual([time])
            last = time
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe("what has passed", () => {
  it("is the newest due time and how many there were", () => {
    const daily = { cron: "0 0 * * *", timeZone: "UTC" }
    expect(passedDue(daily, at("2026-01-01T12:00:00Z"), at("2026-01-01T23:59:59Z"))).toBeUndefined()
    expect(passedDue(daily, at("2026-01-01T12:00:00Z"), at("2026-01-02T00:00:00Z"))).toEqual({
      newestMillis: at("2026-01-02T00:00:00Z"),
      count: 1,
    })
    expect(passedDue(daily, at("2026-01-01T12:00:00Z"), at("2026-01-05T09:00:00Z"))).toEqual({
      newestMillis: at("2026-01-05T00:00:00Z"),
      count: 4,
    })
  })
  it("is found at once after years", () => {
    const found = passedDue(
      { cron: "* * * * *", timeZone: "UTC" },
      at("2020-01-01T00:00:00Z"),
      at("2026-01-05T09:00:30Z"),
    )
    expect(found).toEqual({ newestMillis: at("2026-01-05T09:00:00Z"), count: SCHEDULE_MISSED_COUNT_MAX })
  })
})

describe("a schedule", () => {
  it("asks for nothing before it is due, and for one run when it is", () => {
    const { state } = after(create())
    expect(due(state, "2026-01-02T02:29:59.999Z")).toBeUndefined()
    expect(due(state, "2026-01-02T02:30:00Z")).toEqual({ kind: "fire", dueAt: "2026-01-02T02:30:00.000Z", missed: 0 })
  })
  it("settles each due time once, however often it is asked", () => {
    const fire = { kind: "fire", dueAt: "2026-01-02T02:30:00.000Z", taskId: taskOf(1), missed: 0 } as const
    const fired = after(create(), fire)
    expect(fired.when(fire).refusal?.code).toBe("stale")
    expect(fired.when({ ...fire, dueAt: "2026-01-01T02:30:00.000Z" }).refusal?.code).toBe("stale")
    expect(due(fired.state, "2026-01-02T02:31:00Z")).toBeUndefined()
  })
  it("skips a due time while the work before is open, when it shall not overlap", () => {
    const now = "2026-01-02T02:30:00Z"
    expect(due(after(create()).state, now, true)).toMatchObject({ kind: "skip", reason: "overlap" })
    expect(due(after(create({ overlap: "queue" })).state, now, true)).toMatchObject({ kind: "fire" })
  })
  it("makes up for many missed due times by one run, or by none", () => {
    const now = "2026-01-05T12:00:00Z"
    expect(due(after(create()).state, now)).toEqual({ kind: "fire", dueAt: "2026-01-05T02:30:00.000Z", missed: 3 })
    expect(due(after(create({ catchUp: "none" })).state, now)).toEqual({
      kind: "skip",
      dueAt: "2026-01-05T02:30:00.000Z",
      reason: "missed",
      missed: 3,
    })
    expect(due(after(create({ catchUp: "none" })).state, "2026-01-05T02:30:01Z")).toMatchObject({ kind: "fire" })
  })
  it("never makes up for what fell into a pause", () => {
    const paused = after(create(), { kind: "pause", reason: "" })
    expect(due(paused.state, "2026-01-05T12:00:00Z")).toBeUndefined()
    const resumed = after(create(), { kind: "pause", reason: "" }, { kind: "resume", from: "2026-01-05T12:00:00.000Z" })
    expect(due(resumed.state, "2026-01-05T12:00:00Z")).toBeUndefined()
    expect(due(resumed.state, "2026-01-06T02:30:00Z")).toMatchObject({ kind: "fire", missed: 0 })
  })
  it("keeps a due time that just came when only the work is edited, and counts anew when the time is", () => {
    const edit = (over: Partial<ScheduleSpec>) =>
      after(create(), { kind: "edit", spec: { ...nightly, ...over }, from: "2026-01-02T02:31:00.000Z" }).state
    expect(due(edit({ name: "Other" }), "2026-01-02T02:31:00Z")).toMatchObject({ kind: "fire" })
    expect(due(edit({ cron: "31 2 * * *" }), "2026-01-02T02:31:00Z")).toBeUndefined()
  })
  it("fires what it said when it came due, whatever is edited later", () => {
    const fire = { kind: "fire", dueAt: "2026-01-02T02:30:00.000Z", taskId: taskOf(1), missed: 0 } as const
    const edited = { ...nightly, task: { ...task, title: "Something else" } }
    const { state } = after(create(), fire, { kind: "edit", spec: edited, from: "2026-01-02T03:00:00.000Z" })
    expect(state.lastFiring && specOfFiring(state.lastFiring)).toEqual({ ...task, after: [] })
  })
  it("is created once, and takes no commands when it is deleted", () => {
    expect(after(create()).when(create()).refusal?.code).toBe("already-exists")
    const deleted = after(create(), { kind: "delete", reason: "over" })
    expect(deleted.when({ kind: "delete", reason: "" }).facts).toEqual([])
    expect(deleted.when({ kind: "pause", reason: "" }).refusal?.code).toBe("deleted")
    expect(due(deleted.state, "2026-01-02T02:30:00Z")).toBeUndefined()
    expect(after().when({ kind: "pause", reason: "" }).refusal?.code).toBe("not-found")
  })
  it("changes nothing when it is already so", () => {
    expect(after(create()).when({ kind: "resume", from: "2026-01-01T00:00:00.000Z" }).facts).toEqual([])
    const same = { kind: "edit", spec: nightly, from: "2026-02-01T00:00:00.000Z" } as const
    expect(after(create()).when(same).facts).toEqual([])
    const pause = { kind: "pause", reason: "" } as const
    expect(after(create(), pause).when(pause).facts).toEqual([])
  })
})
