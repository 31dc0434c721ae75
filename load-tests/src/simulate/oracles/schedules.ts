import type { EventData, RecordedEvent } from "@muster/domain"
import { EPOCH_MILLIS } from "../engine/scheduler.ts"
import { CLOCK_SLACK_MILLIS } from "./instants.ts"
import type { Ledger } from "./ledger.ts"
import type { Verdict } from "./verdict.ts"

const MINUTE_MILLIS = 60_000
/** From a due time to its task: a look every second, and two records. */
const FIRING_MARGIN_MILLIS = 5_000

interface ScheduleRecord {
  readonly id: string
  readonly teamId: string
  /** Due times after this one are not settled; milliseconds of the wall clock. */
  afterMillis: number
  isPaused: boolean
  isDeleted: boolean
  /** Due time → its firing: when it was recorded, by the wall clock, and for which task. */
  readonly fired: Map<string, { readonly taskId: string; readonly atMillis: number }>
}

/** Recurring work, every minute: a due time is settled once, and a firing has exactly one task. */
export class SchedulesOracle {
  readonly #ledger: Ledger
  readonly #verdict: Verdict
  readonly schedules = new Map<string, ScheduleRecord>()

  constructor(ledger: Ledger, verdict: Verdict) {
    this.#ledger = ledger
    this.#verdict = verdict
  }

  take(event: RecordedEvent): void {
    if (event.type === "TaskDispatched") return this.#dispatched(event.data as EventData<"TaskDispatched">)
    if (!event.stream.startsWith("schedule-")) return
    const id = event.stream.slice("schedule-".length)
    if (event.type === "ScheduleCreated") {
      const { teamId, from } = event.data as EventData<"ScheduleCreated">
      const afterMillis = Date.parse(from)
      this.schedules.set(id, { id, teamId, afterMillis, isPaused: false, isDeleted: false, fired: new Map() })
      return
    }
    const schedule = this.schedules.get(id)
    if (schedule === undefined) return
    switch (event.type) {
      case "SchedulePaused":
        schedule.isPaused = true
        break
      case "ScheduleResumed":
        schedule.isPaused = false
        schedule.afterMillis = Date.parse((event.data as EventData<"ScheduleResumed">).from)
        break
      case "ScheduleDeleted":
        schedule.isDeleted = true
        break
      case "ScheduleFired":
      case "ScheduleSkipped":
        this.#settle(schedule, event)
        break
      default:
    }
  }

  /** Looked at in quiet times. */
  look(nowMillis: number): void {
    for (const { id, teamId, afterMillis, isPaused, isDeleted, fired } of this.schedules.values()) {
      for (const [dueAt, { taskId, atMillis }] of fired)
        if (!this.#ledger.tasks.has(taskId) && EPOCH_MILLIS + nowMillis - atMillis > FIRING_MARGIN_MILLIS)
          this.#verdict.broken("schedules", `the firing of ${id} at ${dueAt} has no task`)
      const team = this.#ledger.teams.get(teamId)
      if (isPaused || isDeleted || team?.haltedPosition !== undefined) continue
      const nextMillis = (Math.floor(afterMillis / MINUTE_MILLIS) + 1) * MINUTE_MILLIS
      if (
        EPOCH_MILLIS + nowMillis - nextMillis > FIRING_MARGIN_MILLIS &&
        (team?.releasedMillis ?? 0) < nowMillis - FIRING_MARGIN_MILLIS
      )
        this.#verdict.broken("schedules", `${id} was due at ${new Date(nextMillis).toISOString()}`)
    }
  }

  #settle(schedule: ScheduleRecord, event: RecordedEvent): void {
    const { dueAt } = event.data as EventData<"ScheduleSkipped">
    const dueMillis = Date.parse(dueAt)
    if (schedule.isPaused || schedule.isDeleted)
      this.#verdict.broken("schedules", `${schedule.id} came due although it is paused or deleted`)
    if (
      dueMillis <= schedule.afterMillis ||
      dueMillis % MINUTE_MILLIS !== 0 ||
      dueMillis > Date.parse(event.at) + CLOCK_SLACK_MILLIS
    )
      this.#verdict.broken("schedules", `${schedule.id} came due at ${dueAt}, recorded at ${event.at}`)
    schedule.afterMillis = dueMillis
    if (event.type !== "ScheduleFired") return
    const { taskId } = event.data as EventData<"ScheduleFired">
    schedule.fired.set(dueAt, { taskId, atMillis: Date.parse(event.at) })
  }

  #dispatched({ firing, taskId }: EventData<"TaskDispatched">): void {
    if (firing === undefined) return
    if (this.schedules.get(firing.scheduleId)?.fired.get(firing.dueAt)?.taskId !== taskId)
      this.#verdict.broken("schedules", `${taskId} was dispatched for a firing that was not recorded`)
  }
}
