import { fact, type Fact, type ScheduleEventType } from "#src/events/index.ts"
import type { ScheduleSpec, SkipReason } from "#src/events/schedule.ts"
import type { TaskSpec } from "#src/events/task.ts"
import type { ScheduleId, TaskId, TeamId } from "#src/ids.ts"
import { SCHEDULE_ON_TIME_MILLIS } from "#src/limits.ts"
import { accept, refuse, type Decision } from "#src/decision.ts"
import { passedDue } from "#src/schedule/cron.ts"

export type ScheduleFact = Extract<Fact, { readonly type: ScheduleEventType }>

export interface Firing {
  readonly dueAt: string
  readonly taskId: TaskId
  /** What the schedule said when it came due: a later edit changes nothing about it. */
  readonly spec: ScheduleSpec
}

export interface ScheduleState {
  readonly isCreated: boolean
  readonly isDeleted: boolean
  readonly isPaused: boolean
  readonly teamId: string
  readonly spec: ScheduleSpec | undefined
  /** Due times are those after this instant. */
  readonly after: string
  readonly lastFiring: Firing | undefined
  readonly requestHash: string
}

export const absentSchedule: ScheduleState = {
  isCreated: false,
  isDeleted: false,
  isPaused: false,
  teamId: "",
  spec: undefined,
  after: "",
  lastFiring: undefined,
  requestHash: "",
}

export type ScheduleCommand =
  | {
      readonly kind: "create"
      readonly scheduleId: ScheduleId
      readonly teamId: TeamId
      readonly spec: ScheduleSpec
      readonly from: string
      readonly requestHash: string
    }
  | { readonly kind: "edit"; readonly spec: ScheduleSpec; readonly from: string }
  | { readonly kind: "pause"; readonly reason: string }
  | { readonly kind: "resume"; readonly from: string }
  | { readonly kind: "delete"; readonly reason: string }
  | { readonly kind: "fire"; readonly dueAt: string; readonly taskId: TaskId; readonly missed: number }
  | { readonly kind: "skip"; readonly dueAt: string; readonly reason: SkipReason; readonly missed: number }

export const evolveSchedule = (state: ScheduleState, event: ScheduleFact): ScheduleState => {
  switch (event.type) {
    case "ScheduleCreated": {
      const { teamId, spec, from, requestHash } = event.data
      return { ...absentSchedule, isCreated: true, teamId, spec, after: from, requestHash }
    }
    case "ScheduleEdited":
      return { ...state, spec: event.data.spec, after: event.data.from }
    case "SchedulePaused":
      return { ...state, isPaused: true }
    case "ScheduleResumed":
      return { ...state, isPaused: false, after: event.data.from }
    case "ScheduleDeleted":
      return { ...state, isDeleted: true }
    case "ScheduleFired": {
      const { dueAt, taskId } = event.data
      const lastFiring = state.spec === undefined ? undefined : { dueAt, taskId, spec: state.spec }
      return { ...state, after: dueAt, lastFiring }
    }
    case "ScheduleSkipped":
      return { ...state, after: event.data.dueAt }
    default:
      return event satisfies never
  }
}

const isSameTimetable = (a: ScheduleSpec | undefined, b: ScheduleSpec) =>
  a?.cron === b.cron && a.timeZone === b.timeZone

const isAfter = (instant: string, other: string) => Date.parse(instant) > Date.parse(other)

/** Asking for what is already so changes nothing and is no error. A due time that was settled already is `stale`. */
export const decideSchedule = (state: ScheduleState, command: ScheduleCommand): Decision<ScheduleFact> => {
  if (command.kind === "create") {
    if (state.isCreated) return refuse("already-exists", "a schedule with this id was already created")
    const { scheduleId, teamId, spec, from, requestHash } = command
    return accept(fact("ScheduleCreated", { scheduleId, teamId, spec, from, requestHash }))
  }
  if (!state.isCreated) return refuse("not-found", "there is no such schedule")
  if (command.kind === "delete")
    return state.isDeleted ? accept() : accept(fact("ScheduleDeleted", { reason: command.reason }))
  if (state.isDeleted) return refuse("deleted", "the schedule was deleted")
  switch (command.kind) {
    case "edit": {
      const { spec } = command
      if (JSON.stringify(state.spec) === JSON.stringify(spec)) return accept()
      // A due time that just came is not lost because somebody mended the title.
      return accept(
        fact("ScheduleEdited", { spec, from: isSameTimetable(state.spec, spec) ? state.after : command.from }),
      )
    }
    case "pause":
      return state.isPaused ? accept() : accept(fact("SchedulePaused", { reason: command.reason }))
    case "resume":
      return state.isPaused ? accept(fact("ScheduleResumed", { from: command.from })) : accept()
    case "fire":
    case "skip": {
      if (state.isPaused || !isAfter(command.dueAt, state.after)) return refuse("stale", "this due time is settled")
      const { dueAt, missed } = command
      return command.kind === "fire"
        ? accept(fact("ScheduleFired", { dueAt, taskId: command.taskId, missed }))
        : accept(fact("ScheduleSkipped", { dueAt, reason: command.reason, missed }))
    }
    default:
      return command satisfies never
  }
}

/** What has come due, and what is to be done about it. */
export type DueWork =
  | { readonly kind: "fire"; readonly dueAt: string; readonly missed: number }
  | { readonly kind: "skip"; readonly dueAt: string; readonly reason: SkipReason; readonly missed: number }

/**
 * What the schedule asks for now, if anything. Of several due times that passed only the newest counts; `missed` says how many
 * there were before it. `isPreviousOpen`: the task of the last firing has not ended.
 */
export const dueWork = (
  state: ScheduleState,
  { nowMillis, isPreviousOpen }: { readonly nowMillis: number; readonly isPreviousOpen: boolean },
): DueWork | undefined => {
  if (!state.isCreated || state.isDeleted || state.isPaused || state.spec === undefined) return undefined
  const passed = passedDue(state.spec, Date.parse(state.after), nowMillis)
  if (passed === undefined) return undefined
  const dueAt = new Date(passed.newestMillis).toISOString()
  const missed = passed.count - 1
  if (state.spec.catchUp === "none" && nowMillis - passed.newestMillis > SCHEDULE_ON_TIME_MILLIS)
    return { kind: "skip", dueAt, reason: "missed", missed }
  return state.spec.overlap === "skip" && isPreviousOpen
    ? { kind: "skip", dueAt, reason: "overlap", missed }
    : { kind: "fire", dueAt, missed }
}

/** What a firing asks for. */
export const specOfFiring = ({ spec }: Pick<Firing, "spec">): TaskSpec => ({ ...spec.task, after: [] })
