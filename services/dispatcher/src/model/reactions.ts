import { BUS_VERSION, type ControlMessage } from "@muster/contracts"
import { isClosed, type MemberId, type TaskId, type TaskState, type TeamId } from "@muster/domain"
import type { MemberEntry, TeamEntry } from "#src/model/member.ts"
import { asTaskEvent, controlOf, type Hold, type TaskEntry } from "#src/model/task.ts"
import type { RecordedEvent } from "@muster/domain"

/** What has to be done because something changed. Data: who carries it out is another matter. */
export type Reaction =
  /** The member may have room for work, or work for its room. */
  | { readonly kind: "offer"; readonly memberId: MemberId }
  /** The member holds something that its inbox may lack. */
  | { readonly kind: "publish"; readonly memberId: MemberId; readonly position: string }
  | { readonly kind: "control"; readonly memberId: MemberId; readonly message: ControlMessage }
  /** An assignment has ended: its entry leaves the inbox. */
  | { readonly kind: "remove-entry"; readonly memberId: MemberId; readonly position: string }
  /** Say again what the member's agent may have missed. */
  | { readonly kind: "repeat-controls"; readonly memberId: MemberId }
  /** A waiting task: look at what it waits for. */
  | { readonly kind: "look-at-dependencies"; readonly taskId: TaskId }
  /** A task that another one asked for: see whether that one still wants it. */
  | { readonly kind: "look-at-parent"; readonly taskId: TaskId }
  /** A task's member is not there (any more). */
  | { readonly kind: "orphaned"; readonly taskId: TaskId }
  /** A task that is not kept has been opened again: read its stream. */
  | { readonly kind: "load-task"; readonly taskId: TaskId }
  | { readonly kind: "member-added"; readonly memberId: MemberId }
  | { readonly kind: "member-bound"; readonly memberId: MemberId; readonly replaced: string | undefined }
  | { readonly kind: "member-removed"; readonly memberId: MemberId; readonly incarnation: string | undefined }
  | { readonly kind: "team-changed"; readonly teamId: TeamId }

export const cancelOf = (taskId: TaskId, hold: Hold, reason: string): ControlMessage => ({
  v: BUS_VERSION,
  kind: "cancel",
  taskId,
  assignmentId: hold.assignmentId,
  reason,
})

/** Why an agent should stop work that was taken from it. */
const endings: Partial<Record<RecordedEvent["type"], string>> = {
  TaskLeaseExpired: "the assignment was taken back",
  TaskExpired: "the task's deadline passed",
  TaskDeadLettered: "the task was given up",
  TaskFailed: "the task was ended",
  TaskRetryScheduled: "the task ran longer than its time limit",
  TaskCancelled: "the task was cancelled",
}

/** The task will not come to the result that it dispatched others for. Those of one that succeeded may go on: it knew of them. */
export const isGivenUp = ({ phase, isCancelRequested }: TaskState): boolean =>
  isCancelRequested || (isClosed(phase) && phase !== "succeeded")

/** Open tasks that hang on this one: those that wait for it, and those that it dispatched. */
export interface Hanging {
  readonly dependents: Iterable<TaskId>
  readonly children: Iterable<TaskId>
}

/** From a task before and after one event to what follows. */
export const reactToTask = (
  before: TaskEntry | undefined,
  after: TaskEntry,
  event: RecordedEvent,
  { dependents, children }: Hanging,
): readonly Reaction[] => {
  const reactions: Reaction[] = []
  const { taskId, state } = after
  const memberId = state.memberId as MemberId
  const held = before?.hold
  if (held !== undefined && after.hold?.assignmentId !== held.assignmentId) {
    const holder = held.memberId
    reactions.push({ kind: "remove-entry", memberId: holder, position: held.position })
    reactions.push({ kind: "offer", memberId: holder })
    // The agent knows what it reported itself; whatever somebody else decided it has to be told.
    const reason = event.meta.actor.kind === "member" ? undefined : endings[event.type]
    if (reason !== undefined)
      reactions.push({ kind: "control", memberId: holder, message: cancelOf(taskId, held, reason) })
  }
  if (after.hold !== undefined && after.hold.assignmentId !== held?.assignmentId) {
    reactions.push({ kind: "publish", memberId: after.hold.memberId, position: after.hold.position })
    // What people said to an earlier attempt holds for this one.
    for (const message of after.hold.answers)
      reactions.push({ kind: "control", memberId: after.hold.memberId, message })
  }
  if (after.hold !== undefined && after.hold.assignmentId === held?.assignmentId) {
    const known = asTaskEvent(event)
    const message = known && controlOf(taskId, after.hold, known)
    if (message !== undefined) reactions.push({ kind: "control", memberId: after.hold.memberId, message })
  }
  const isForAnother = event.type === "TaskReassigned"
  if (state.phase === "queued" && (isForAnother || before?.state.phase !== "queued"))
    reactions.push({ kind: "offer", memberId })
  if (state.phase === "waiting" && before === undefined) reactions.push({ kind: "look-at-dependencies", taskId })
  if (before === undefined && state.spec?.parentTaskId !== undefined) reactions.push({ kind: "look-at-parent", taskId })
  if (isGivenUp(state)) for (const child of children) reactions.push({ kind: "look-at-parent", taskId: child })
  if (isClosed(state.phase))
    for (const dependent of dependents) reactions.push({ kind: "look-at-dependencies", taskId: dependent })
  return reactions
}

const standingReaction = ({ taskId, state, hold }: TaskEntry): Reaction | undefined => {
  if (hold !== undefined) return { kind: "publish", memberId: hold.memberId, position: hold.position }
  if (state.phase === "queued") return { kind: "offer", memberId: state.memberId as MemberId }
  return state.phase === "waiting" ? { kind: "look-at-dependencies", taskId } : undefined
}

/** What an open task asks for as it stands, whatever happened before. */
export const standingReactions = (entry: TaskEntry): readonly Reaction[] => {
  const { taskId, state } = entry
  const reaction = standingReaction(entry)
  return [
    ...(reaction === undefined ? [] : [reaction]),
    ...(state.spec?.parentTaskId === undefined ? [] : [{ kind: "look-at-parent", taskId } as const]),
  ]
}

export const settingsOf = (member: MemberEntry): ControlMessage | undefined => {
  const profile = member.state.profile
  if (profile === undefined) return undefined
  const { slots, runtime, runtimeOptions } = profile
  return { v: BUS_VERSION, kind: "settings", slots, runtime, runtimeOptions }
}

export const reactToMember = (
  before: MemberEntry | undefined,
  after: MemberEntry,
  event: RecordedEvent,
): readonly Reaction[] => {
  const { memberId } = after
  const offer: Reaction = { kind: "offer", memberId }
  switch (event.type) {
    case "MemberAdded":
      return [{ kind: "member-added", memberId }]
    case "MemberEdited": {
      const message = settingsOf(after)
      return message === undefined ? [offer] : [{ kind: "control", memberId, message }, offer]
    }
    case "MemberBound":
      return [{ kind: "member-bound", memberId, replaced: before?.state.incarnation }, offer]
    case "MemberRemoved":
      return [{ kind: "member-removed", memberId, incarnation: before?.state.incarnation }]
    case "MemberPresent":
      return [{ kind: "repeat-controls", memberId }, offer]
    case "MemberPaused":
    case "MemberDrainStarted":
    case "MemberResumed":
      return [offer]
    case "MemberEntryRedriven":
      return [{ kind: "repeat-controls", memberId }, offer]
    default:
      return []
  }
}

export const reactToTeam = (after: TeamEntry): readonly Reaction[] => [{ kind: "team-changed", teamId: after.teamId }]
