import { streams, type RecordedEvent, type ScheduleId, type ScheduleSpec } from "@muster/domain"
import { eventually } from "@muster/platform/testing"
import { v7 } from "uuid"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { taskIdOfFiring } from "#src/schedules.ts"
import { servers } from "./support/file-servers.ts"
import { House, type MemberHandle } from "./support/house.ts"

let house: House
beforeEach(() => {
  house = new House(servers)
})
afterEach(() => house.close())

const MINUTE_MILLIS = 60_000
const ago = (millis: number) => new Date(Date.now() - millis).toISOString()

/** Due every minute; created as if some minutes ago, so that something is due at once. */
const schedule = async (
  { teamId, memberId }: MemberHandle,
  { minutesAgo = 1.5, ...over }: Partial<ScheduleSpec> & { readonly minutesAgo?: number } = {},
): Promise<ScheduleId> => {
  const scheduleId = v7() as ScheduleId
  const spec: ScheduleSpec = {
    name: "Often",
    cron: "* * * * *",
    timeZone: "UTC",
    overlap: "skip",
    catchUp: "one",
    task: {
      title: "Again",
      instructions: "",
      inputs: {},
      runtimeOptions: {},
      memberId,
      priority: 5,
      retry: { maxAttempts: 1, backoffMillis: 0 },
      timeLimitMillis: 60_000,
    },
    ...over,
  }
  const from = ago(minutesAgo * MINUTE_MILLIS)
  await house.scheduleCommand(teamId, scheduleId, { kind: "create", scheduleId, teamId, spec, from, requestHash: "" })
  return scheduleId
}
const fired = (scheduleId: ScheduleId, times = 1) => house.happens(streams.schedule(scheduleId), "ScheduleFired", times)
const tasksOf = async (scheduleId: ScheduleId): Promise<readonly RecordedEvent[]> =>
  (await house.history()).filter(
    ({ type, data }) =>
      type === "TaskDispatched" && (data as { firing?: { scheduleId: string } }).firing?.scheduleId === scheduleId,
  )
/** Other work that begins and ends: whatever was due before has been looked at by then. */
const somethingElseHappens = async () => {
  const witness = await house.crew()
  const taskId = await house.dispatch(witness, { notBefore: new Date(Date.now() + 60).toISOString() })
  await witness.agent.succeed(await witness.agent.task())
  await house.reaches(taskId, "succeeded")
}

describe("a schedule that is due", () => {
  test("dispatches its work under an id that follows from schedule and due time", async () => {
    house.startDispatcher()
    const crew = await house.crew()
    const scheduleId = await schedule(crew)
    const event = await fired(scheduleId)
    const { dueAt, taskId } = event.data as { dueAt: string; taskId: string }
    expect(taskId).toBe(taskIdOfFiring(scheduleId, dueAt))
    const task = await crew.agent.task()
    expect(task).toMatchObject({ taskId, title: "Again" })
    await crew.agent.succeed(task)
    await house.reaches(task.taskId, "succeeded")
    const [dispatched] = await tasksOf(scheduleId)
    expect(dispatched?.data).toMatchObject({ firing: { scheduleId, dueAt } })
    expect(dispatched?.meta.team).toBe(crew.teamId)
  })

  test("makes up for all it missed by one run, and counts the others", async () => {
    house.startDispatcher()
    const crew = await house.crew()
    const scheduleId = await schedule(crew, { minutesAgo: 10.5 })
    const { missed } = (await fired(scheduleId)).data as { missed: number }
    expect(missed).toBeGreaterThanOrEqual(9)
    expect(await tasksOf(scheduleId)).toHaveLength(1)
  })

  test("skips what it missed when it shall not catch up", async () => {
    house.startDispatcher()
    const crew = await house.crew()
    // Due once a year: whenever this runs, the last time is long past.
    const scheduleId = await schedule(crew, { cron: "0 0 1 1 *", minutesAgo: 2 * 366 * 24 * 60, catchUp: "none" })
    const skipped = await house.happens(streams.schedule(scheduleId), "ScheduleSkipped")
    expect(skipped.data).toMatchObject({ reason: "missed" })
    expect(await tasksOf(scheduleId)).toEqual([])
  })

  test("fires once with two dispatchers", async () => {
    house.startDispatcher()
    const second = house.startSecondDispatcher()
    try {
      const crew = await house.crew()
      const ids = await Promise.all(Array.from({ length: 8 }, () => schedule(crew)))
      for (const id of ids) {
        await fired(id)
        await eventually("its task is there", async () => (await tasksOf(id)).length > 0)
      }
      for (const id of ids) {
        const events = (await house.history(streams.schedule(id))).filter(({ type }) => type === "ScheduleFired")
        expect((await tasksOf(id)).length).toBe(events.length)
      }
    } finally {
      await second.stop()
    }
  })

  test("whose task a crash kept from being dispatched has it dispatched at the next start, as it was then", async () => {
    const crew = await house.crew()
    const scheduleId = await schedule(crew)
    const dueAt = new Date(Math.floor(Date.now() / MINUTE_MILLIS) * MINUTE_MILLIS).toISOString()
    const taskId = taskIdOfFiring(scheduleId, dueAt)
    await house.scheduleCommand(crew.teamId, scheduleId, { kind: "fire", dueAt, taskId, missed: 0 })
    const { spec } = await house.scheduleState(scheduleId)
    if (spec === undefined) throw new Error("the schedule has a spec")
    const edited = { ...spec, task: { ...spec.task, title: "Edited later" } }
    await house.scheduleCommand(crew.teamId, scheduleId, { kind: "edit", spec: edited, from: ago(0) })
    expect(await tasksOf(scheduleId)).toEqual([])
    house.startDispatcher()
    const task = await crew.agent.task()
    expect(task).toMatchObject({ taskId, title: "Again" })
    await crew.agent.succeed(task)
    await house.reaches(taskId, "succeeded")
  })

  test("is not fired again by a dispatcher that starts anew", async () => {
    house.startDispatcher()
    const crew = await house.crew()
    const scheduleId = await schedule(crew, { cron: "0 0 1 1 *", minutesAgo: 2 * 366 * 24 * 60 })
    await fired(scheduleId)
    await crew.agent.succeed(await crew.agent.task())
    await house.stopDispatcher()
    house.startDispatcher()
    await somethingElseHappens()
    expect(await tasksOf(scheduleId)).toHaveLength(1)
  })
})

describe("a schedule", () => {
  const yearly = { cron: "0 0 1 1 *", minutesAgo: 2 * 366 * 24 * 60 } as const

  test("skips a due time while the task before is open", async () => {
    const crew = await house.crew()
    const scheduleId = await schedule(crew, { minutesAgo: 3 })
    const dueAt = new Date((Math.floor(Date.now() / MINUTE_MILLIS) - 1) * MINUTE_MILLIS).toISOString()
    const taskId = taskIdOfFiring(scheduleId, dueAt)
    await house.scheduleCommand(crew.teamId, scheduleId, { kind: "fire", dueAt, taskId, missed: 0 })
    house.startDispatcher()
    const skipped = await house.happens(streams.schedule(scheduleId), "ScheduleSkipped")
    expect(skipped.data).toMatchObject({ reason: "overlap" })
    expect(await house.reaches(taskId, "assigned")).toBeDefined()
  })

  test("that is paused, deleted, or of a halted or archived team does not fire", async () => {
    const crew = await house.crew()
    const ids: ScheduleId[] = []
    for (const command of [
      { kind: "pause", reason: "" },
      { kind: "delete", reason: "" },
    ] as const) {
      const id = await schedule(crew, yearly)
      await house.scheduleCommand(crew.teamId, id, command)
      ids.push(id)
    }
    const halted = await house.crew()
    ids.push(await schedule(halted, yearly))
    await house.teamCommand(halted.teamId, { kind: "halt", by: "team", reason: "", cancelQueued: false })
    const archived = await house.crew()
    ids.push(await schedule(archived, yearly))
    await house.teamCommand(archived.teamId, { kind: "archive", reason: "" })
    house.startDispatcher()
    await fired(await schedule(crew, yearly))
    await somethingElseHappens()
    for (const id of ids) expect((await house.typesOf(streams.schedule(id))).includes("ScheduleFired")).toBe(false)
  })

  test("of a halted team fires when the switch is lifted", async () => {
    house.startDispatcher()
    const crew = await house.crew()
    await house.teamCommand(crew.teamId, { kind: "halt", by: "team", reason: "", cancelQueued: false })
    const scheduleId = await schedule(crew, yearly)
    await house.teamCommand(crew.teamId, { kind: "release", by: "team", reason: "" })
    await fired(scheduleId)
  })

  test("may dispatch to a pool", async () => {
    house.startDispatcher()
    const crew = await house.crew({ skills: ["rust"], slots: 2 })
    const { task } = (await house.scheduleState(await schedule(crew))).spec ?? {}
    if (task === undefined) throw new Error("the schedule has a task")
    const { memberId: _memberId, ...rest } = task
    const pooled = await schedule(crew, {
      ...yearly,
      task: { ...rest, title: "For anyone", pool: { skills: ["rust"] } },
    })
    await fired(pooled)
    await eventually("somebody got it", () => crew.agent.taken.some(({ title }) => title === "For anyone") || undefined)
  })
})
