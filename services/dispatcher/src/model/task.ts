import type { ControlMessage } from "@muster/contracts"
import { BUS_VERSION } from "@muster/contracts"
import {
  absentTask,
  asKnown,
  evolveTask,
  isTaskEventType,
  type Actor,
  type AssignmentId,
  type KnownEvent,
  type MemberId,
  type OrgId,
  type RecordedEvent,
  type TaskFact,
  type TaskId,
  type TaskState,
  type TeamId,
  type UserId,
} from "@muster/domain"

/** What a person said to the agent at work. */
type Steer = Extract<TaskFact, { readonly type: "TaskSteered" }>["data"]

/** A task in a member's hands. */
export interface Hold {
  readonly assignmentId: AssignmentId
  readonly memberId: MemberId
  /** Of its TaskAssigned event: the id of its entry in the inbox. */
  readonly position: string
  readonly assignedAtMillis: number
  readonly isStarted: boolean
  /** Time that counts against the time limit: complete stretches, and the beginning of the one that runs. */
  readonly activeMillis: number
  readonly activeSinceMillis: number | undefined
  readonly cancelReason: string | undefined
  readonly cancelRequestedAtMillis: number | undefined
  /** Answers, decisions and words given to this assignment: said again whenever the agent may have missed them. */
  readonly answers: readonly ControlMessage[]
  /** It was put on hold at some time: the agent may have missed that it goes on. */
  readonly wasPaused: boolean
}

/** An open task as the dispatcher keeps it: the domain's state, and what delivery needs to know beside it. */
export interface TaskEntry {
  readonly taskId: TaskId
  readonly teamId: TeamId
  readonly orgId: OrgId
  readonly state: TaskState
  readonly revision: number
  /** Of the event that began the run: earlier ones go first among equals. */
  readonly queuePosition: string
  /** The command that asked for the task. */
  readonly correlationId: string
  readonly onBehalfOf: UserId | undefined
  readonly traceparent: string | undefined
  /** What people said to its agents in this run: each assignment is told. */
  readonly steers: readonly Steer[]
  readonly hold: Hold | undefined
}

export type TaskEvent = Extract<KnownEvent, { readonly type: TaskFact["type"] }>

export const asTaskEvent = (event: RecordedEvent): TaskEvent | undefined => {
  const known = asKnown(event)
  return known !== undefined && isTaskEventType(known.type) ? (known as TaskEvent) : undefined
}

const atMillis = (event: RecordedEvent) => Date.parse(event.at)

/** Only work itself counts against the time limit, not waiting for a person. */
const isCounted = (state: TaskState) => state.phase === "running"

const steerOf = (taskId: TaskId, assignmentId: AssignmentId, said: Steer): ControlMessage => ({
  v: BUS_VERSION,
  kind: "steer",
  taskId,
  assignmentId,
  ...said,
})

const newHold = (
  event: Extract<TaskEvent, { readonly type: "TaskAssigned" }>,
  taskId: TaskId,
  steers: readonly Steer[],
): Hold => ({
  assignmentId: event.data.assignmentId,
  memberId: event.data.memberId,
  position: event.position,
  assignedAtMillis: atMillis(event),
  isStarted: false,
  activeMillis: 0,
  activeSinceMillis: undefined,
  cancelReason: undefined,
  cancelRequestedAtMillis: undefined,
  // There is nothing that a new attempt could be interrupted in.
  answers: steers.map((said) => steerOf(taskId, event.data.assignmentId, { ...said, isInterrupt: false })),
  wasPaused: false,
})

const withClock = (hold: Hold, state: TaskState, nowMillis: number): Hold => {
  const isStarted = hold.isStarted || state.phase !== "assigned"
  const since = hold.activeSinceMillis
  if (isCounted(state)) return { ...hold, isStarted, activeSinceMillis: since ?? nowMillis }
  if (since === undefined) return { ...hold, isStarted }
  const activeMillis = hold.activeMillis + Math.max(0, nowMillis - since)
  return { ...hold, isStarted, activeMillis, activeSinceMillis: undefined }
}

/** What the agent has to be told because of this event, if anything. */
export const controlOf = (taskId: TaskId, hold: Hold, event: TaskEvent): ControlMessage | undefined => {
  const of = { v: BUS_VERSION, taskId, assignmentId: hold.assignmentId } as const
  switch (event.type) {
    case "TaskQuestionAnswered":
      return { ...of, kind: "answer", questionId: event.data.questionId, answer: event.data.answer }
    case "TaskApprovalDecided": {
      const { approvalId, isApproved, comment } = event.data
      return { ...of, kind: "approval", approvalId, isApproved, comment }
    }
    case "TaskSteered":
      return steerOf(taskId, hold.assignmentId, event.data)
    case "TaskPaused":
      return { ...of, kind: "pause" }
    case "TaskResumed":
      return { ...of, kind: "resume" }
    case "TaskCancelRequested":
      return { ...of, kind: "cancel", reason: event.data.reason }
    default:
      return undefined
  }
}

const nextHold = (entry: TaskEntry | undefined, state: TaskState, event: TaskEvent, taskId: TaskId) => {
  if (event.type === "TaskAssigned") return newHold(event, taskId, entry?.steers ?? [])
  const hold = entry?.hold
  if (hold === undefined || state.assignment?.id !== hold.assignmentId) return undefined
  const clocked = withClock(hold, state, atMillis(event))
  const control = controlOf(taskId, hold, event)
  if (control?.kind === "answer" || control?.kind === "approval" || control?.kind === "steer")
    return { ...clocked, answers: [...clocked.answers, control] }
  if (control?.kind === "pause") return { ...clocked, wasPaused: true }
  return control?.kind === "cancel"
    ? { ...clocked, cancelReason: control.reason, cancelRequestedAtMillis: atMillis(event) }
    : clocked
}

const isNewRun = (event: TaskEvent) =>
  event.type === "TaskDispatched" || event.type === "TaskRetried" || event.type === "TaskRedriven"

const steersAfter = (entry: TaskEntry | undefined, event: TaskEvent): readonly Steer[] => {
  if (entry === undefined || isNewRun(event)) return []
  return event.type === "TaskSteered" ? [...entry.steers, event.data] : entry.steers
}

/** For whom it was asked: an agent asks for the person it works for. */
const personOf = (actor: Actor): UserId | undefined =>
  actor.kind === "person" ? actor.id : actor.kind === "member" ? actor.onBehalfOf : undefined

/**
 * Folds one event of a task's stream, oldest first. Throws ImpossibleTransition when the log and this program disagree.
 * Events of a type this version does not know only move the revision on.
 */
export const foldTaskEntry = (entry: TaskEntry | undefined, event: RecordedEvent): TaskEntry | undefined => {
  const known = asTaskEvent(event)
  if (known === undefined) return entry && { ...entry, revision: event.revision }
  const state = evolveTask(entry?.state ?? absentTask, known)
  const { team, org, correlationId, actor, traceparent } = event.meta
  const taskId = entry?.taskId ?? (event.stream.slice(event.stream.indexOf("-") + 1) as TaskId)
  const begun = isNewRun(known)
  return {
    taskId,
    teamId: entry?.teamId ?? ((team ?? state.teamId) as TeamId),
    orgId: entry?.orgId ?? org,
    state,
    revision: event.revision,
    queuePosition: begun || entry === undefined ? event.position : entry.queuePosition,
    correlationId: begun || entry === undefined ? correlationId : entry.correlationId,
    onBehalfOf: (begun ? personOf(actor) : undefined) ?? entry?.onBehalfOf,
    traceparent: begun ? traceparent : entry?.traceparent,
    steers: steersAfter(entry, known),
    hold: nextHold(entry, state, known, taskId),
  }
}

/** What an agent that holds this task has to know beside the task itself, in the order it happened. */
export const controlsOf = (entry: TaskEntry): readonly ControlMessage[] => {
  const { hold, taskId, state } = entry
  if (hold === undefined) return []
  const of = { v: BUS_VERSION, taskId, assignmentId: hold.assignmentId } as const
  return [
    ...hold.answers,
    ...(hold.wasPaused ? [{ ...of, kind: state.isPaused ? "pause" : "resume" } as const] : []),
    ...(hold.cancelReason === undefined ? [] : [{ ...of, kind: "cancel", reason: hold.cancelReason } as const]),
  ]
}
