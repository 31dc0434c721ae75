import { LEASE_EXPIRIES_MAX, STEERS_MAX } from "#src/limits.ts"
import { fact, type TaskFact } from "#src/events/index.ts"
import type { DeadLetterReason, FailureReason, LeaseLossReason, TaskResult, TaskSpec } from "#src/events/task.ts"
import type { TaskStep, Usage } from "#src/events/step.ts"
import type { PoolTarget } from "#src/events/target.ts"
import type { ApprovalId, AssignmentId, MemberId, MessageId, QuestionId, ScheduleId, TaskId, TeamId } from "#src/ids.ts"
import { accept, refuse, type Decision } from "#src/decision.ts"
import { approvalHash } from "#src/task/approval.ts"
import { retryDelayMillis } from "#src/task/backoff.ts"
import { decideReassign, type NewTarget } from "#src/task/reassign.ts"
import { stepToRecord } from "#src/task/steps.ts"
import { isClosed, isHeld, isOpen, type TaskState } from "#src/task/state.ts"
import { mayTake } from "#src/task/evolve.ts"

/** Time and chance, handed in by the caller. */
export interface DecideContext {
  /** Epoch milliseconds. */
  readonly nowMillis: number
  /** In [0, 1). */
  readonly random: number
}

/** Whom a new run goes to; neither: whom the last one was for. */
export interface Retarget {
  readonly memberId?: MemberId
  readonly pool?: PoolTarget
}

/** What a person asks. */
export type TaskCommand =
  | {
      readonly kind: "dispatch"
      readonly taskId: TaskId
      readonly teamId: TeamId
      readonly spec: TaskSpec
      readonly requestHash: string
      readonly firing?: { readonly scheduleId: ScheduleId; readonly dueAt: string }
    }
  | { readonly kind: "cancel"; readonly reason: string }
  | ({ readonly kind: "retry" } & Retarget)
  | ({ readonly kind: "redrive" } & Retarget)
  | { readonly kind: "discard"; readonly reason: string }
  | { readonly kind: "pause" }
  | { readonly kind: "resume" }
  | { readonly kind: "prioritise"; readonly priority: number }
  | { readonly kind: "reassign"; readonly target: NewTarget }
  | { readonly kind: "steer"; readonly messageId: MessageId; readonly text: string; readonly isInterrupt: boolean }
  | { readonly kind: "answer"; readonly questionId: QuestionId; readonly answer: string }
  | {
      readonly kind: "decide-approval"
      readonly approvalId: ApprovalId
      readonly isApproved: boolean
      readonly comment: string
      /** Of what the person was shown. */
      readonly hash: string
    }

/** What the dispatcher asks. */
export type DispatcherCommand =
  | { readonly kind: "make-ready" }
  | { readonly kind: "dependency-failed"; readonly message: string }
  | { readonly kind: "assign"; readonly assignmentId: AssignmentId; readonly memberId: MemberId }
  | { readonly kind: "retry-due" }
  | { readonly kind: "expire"; readonly deadlineAt: string }
  | { readonly kind: "dead-letter"; readonly reason: DeadLetterReason; readonly message: string }
  | {
      readonly kind: "lose-lease"
      readonly assignmentId: AssignmentId
      readonly lastHeardAt: string | null
      readonly reason: LeaseLossReason
    }
  | { readonly kind: "enforce-time-limit"; readonly assignmentId: AssignmentId }

/** What an agent reports of the assignment it holds. */
export type TaskReport = { readonly assignmentId: AssignmentId } & (
  | { readonly kind: "started" }
  | { readonly kind: "progress"; readonly seq: number; readonly percent?: number; readonly note?: string }
  | { readonly kind: "step"; readonly seq: number; readonly step: TaskStep }
  | { readonly kind: "usage"; readonly seq: number; readonly usage: Usage }
  | {
      readonly kind: "question"
      readonly questionId: QuestionId
      readonly text: string
      readonly choices: readonly string[]
    }
  | { readonly kind: "approval"; readonly approvalId: ApprovalId; readonly action: string; readonly detail: string }
  | {
      readonly kind: "artifact"
      readonly name: string
      readonly sha256: string
      readonly size: number
      readonly mediaType: string
    }
  | { readonly kind: "succeeded"; readonly result: TaskResult }
  | {
      readonly kind: "failed"
      readonly reason: FailureReason
      readonly message: string
      readonly isRetryable: boolean
      readonly result?: TaskResult
    }
  | { readonly kind: "cancelled" }
  | { readonly kind: "lost" }
  | { readonly kind: "refused"; readonly message: string }
)

type TaskDecision = Decision<TaskFact>

const closedDetail = (state: TaskState) => `the task is already ${state.phase}`

const decideDispatch = (state: TaskState, command: Extract<TaskCommand, { kind: "dispatch" }>): TaskDecision => {
  if (state.phase !== "absent") return refuse("already-exists", "a task with this id was already dispatched")
  const { taskId, teamId, spec, requestHash, firing } = command
  return accept(
    fact("TaskDispatched", { taskId, teamId, spec, requestHash, ...(firing === undefined ? {} : { firing }) }),
  )
}

const decideCancel = (state: TaskState, reason: string): TaskDecision => {
  if (isClosed(state.phase)) return refuse("closed", closedDetail(state))
  if (!isHeld(state.phase)) return accept(fact("TaskCancelled", { reason }))
  return state.isCancelRequested ? accept() : accept(fact("TaskCancelRequested", { reason }))
}

const newRunOf = (state: TaskState, { memberId, pool }: Retarget) => {
  const run = state.run + 1
  if (memberId !== undefined) return { run, memberId }
  const target = pool ?? state.pool
  return target === undefined ? { run, memberId: state.memberId as MemberId } : { run, pool: target }
}

const decideSteer = (state: TaskState, command: Extract<TaskCommand, { kind: "steer" }>): TaskDecision => {
  if (!isHeld(state.phase)) return refuse("not-held", `no agent is at work on it; the task is ${state.phase}`)
  if (state.isCancelRequested) return refuse("closed", "the task is being cancelled")
  if (state.steers >= STEERS_MAX)
    return refuse("settled", `its agents were told ${STEERS_MAX} things in this run; cancel it and ask anew`)
  if (command.isInterrupt && state.openRequests.length > 0)
    return refuse("not-running", "it waits for a person: answer that, then its agent can be interrupted")
  const { messageId, text, isInterrupt } = command
  return accept(fact("TaskSteered", { messageId, text, isInterrupt }))
}

/** Decides what a person asks of a task. Facts are appended at the revision that `state` was folded from. */
export const decideTask = (state: TaskState, command: TaskCommand): TaskDecision => {
  if (command.kind === "dispatch") return decideDispatch(state, command)
  if (state.phase === "absent") return refuse("not-found", "there is no such task")
  switch (command.kind) {
    case "cancel":
      return decideCancel(state, command.reason)
    case "retry":
      return mayTake(state, "TaskRetried")
        ? accept(fact("TaskRetried", newRunOf(state, command)))
        : refuse(
            "not-retriable",
            `a task that is ${state.phase} cannot be retried; failed, cancelled and expired ones can`,
          )
    case "redrive":
      return mayTake(state, "TaskRedriven")
        ? accept(fact("TaskRedriven", newRunOf(state, command)))
        : refuse("not-dead-lettered", `only dead-lettered tasks can be redriven; this one is ${state.phase}`)
    case "discard":
      if (!mayTake(state, "TaskDiscarded"))
        return refuse("not-dead-lettered", `only dead-lettered tasks can be discarded; this one is ${state.phase}`)
      return state.isDiscarded ? accept() : accept(fact("TaskDiscarded", { reason: command.reason }))
    case "pause":
      if (state.isPaused) return accept()
      return mayTake(state, "TaskPaused")
        ? accept(fact("TaskPaused", {}))
        : refuse("not-running", `only running work can be paused; the task is ${state.phase}`)
    case "resume":
      return mayTake(state, "TaskResumed")
        ? accept(fact("TaskResumed", {}))
        : refuse("not-paused", `the task is not paused but ${state.phase}`)
    case "prioritise":
      if (state.priority === command.priority) return accept()
      return mayTake(state, "TaskPriorityChanged")
        ? accept(fact("TaskPriorityChanged", { priority: command.priority }))
        : refuse("not-queued", `priority only matters before the work begins; the task is ${state.phase}`)
    case "reassign":
      return decideReassign(state, command.target)
    case "steer":
      return decideSteer(state, command)
    case "answer":
      return state.openRequests.some((r) => r.kind === "question" && r.id === command.questionId)
        ? accept(fact("TaskQuestionAnswered", { questionId: command.questionId, answer: command.answer }))
        : refuse("not-awaiting", "nobody is waiting for this answer: it was given already, or the attempt has ended")
    case "decide-approval": {
      const { approvalId, isApproved, comment, hash } = command
      const asked = state.openRequests.find((r) => r.kind === "approval" && r.id === approvalId)
      if (asked?.kind !== "approval")
        return refuse(
          "not-awaiting",
          "nobody is waiting for this approval: it was decided already, or the attempt has ended",
        )
      return asked.hash === hash
        ? accept(fact("TaskApprovalDecided", { approvalId, isApproved, comment, hash }))
        : refuse("not-what-was-shown", "what is asked is not what you were shown: look at it again, then decide")
    }
    default:
      return command satisfies never
  }
}

const decideLeaseLoss = (
  state: TaskState,
  command: Extract<DispatcherCommand, { kind: "lose-lease" }>,
): TaskDecision => {
  if (state.assignment?.id !== command.assignmentId) return refuse("stale", "another assignment is current")
  const { assignmentId, lastHeardAt, reason } = command
  // Who asked for a stop gets one: an agent that is gone cannot confirm it.
  if (state.isCancelRequested)
    return accept(
      fact("TaskCancelled", { assignmentId, reason: "cancelled; its agent was lost before it could confirm" }),
    )
  const expired = fact("TaskLeaseExpired", { assignmentId, lastHeardAt, reason })
  if (state.leaseExpiries + 1 < LEASE_EXPIRIES_MAX) return accept(expired)
  const message = `${LEASE_EXPIRIES_MAX} agents in a row were lost while they held this task`
  return accept<TaskFact>(expired, fact("TaskDeadLettered", { reason: "lease-expiries", message }))
}

const decideFailure = (
  state: TaskState,
  failure: Omit<Extract<TaskReport, { kind: "failed" }>, "kind">,
  context: DecideContext,
): TaskDecision => {
  const { assignmentId, reason, message, result } = failure
  const policy = state.spec?.retry
  const hasAttemptsLeft = policy !== undefined && state.attempt < policy.maxAttempts
  if (state.isCancelRequested) return accept(fact("TaskCancelled", { assignmentId, reason: "cancelled" }))
  if (!failure.isRetryable || !hasAttemptsLeft)
    return accept(fact("TaskFailed", { assignmentId, reason, message, ...(result ? { result } : {}) }))
  const dueAt = new Date(context.nowMillis + retryDelayMillis(policy, state.attempt, context.random)).toISOString()
  return accept(fact("TaskRetryScheduled", { assignmentId, reason, message, dueAt, attempt: state.attempt }))
}

/** Decides what the dispatcher asks of a task. Whatever no longer applies comes back as `stale`. */
export const decideDispatcher = (
  state: TaskState,
  command: DispatcherCommand,
  context: DecideContext,
): TaskDecision => {
  switch (command.kind) {
    case "make-ready":
      return mayTake(state, "TaskReady") ? accept(fact("TaskReady", {})) : refuse("stale", `the task is ${state.phase}`)
    case "dependency-failed":
      return state.phase === "waiting"
        ? accept(fact("TaskFailed", { reason: "dependency-failed", message: command.message }))
        : refuse("stale", `the task is ${state.phase}`)
    case "assign": {
      if (!mayTake(state, "TaskAssigned")) return refuse("stale", `the task is ${state.phase}`)
      const { assignmentId, memberId } = command
      if (state.pool === undefined && state.memberId !== memberId)
        return refuse("stale", "it is for another member now")
      const numbers = { run: state.run, attempt: state.attempt + 1, epoch: state.epoch + 1 }
      return accept(fact("TaskAssigned", { assignmentId, memberId, ...numbers }))
    }
    case "retry-due":
      return mayTake(state, "TaskRetryDue")
        ? accept(fact("TaskRetryDue", {}))
        : refuse("stale", `the task is ${state.phase}`)
    case "expire":
      return isOpen(state.phase)
        ? accept(fact("TaskExpired", { deadlineAt: command.deadlineAt }))
        : refuse("stale", closedDetail(state))
    case "dead-letter":
      return isOpen(state.phase)
        ? accept(fact("TaskDeadLettered", { reason: command.reason, message: command.message }))
        : refuse("stale", closedDetail(state))
    case "lose-lease":
      return decideLeaseLoss(state, command)
    case "enforce-time-limit": {
      if (state.assignment?.id !== command.assignmentId) return refuse("stale", "another assignment is current")
      const message = `did not end within ${state.spec?.timeLimitMillis ?? 0} ms, and its agent did not stop it`
      const { assignmentId } = command
      return decideFailure(state, { assignmentId, reason: "time-limit", message, isRetryable: true }, context)
    }
    default:
      return command satisfies never
  }
}

const ignored = (what: string) => refuse("duplicate", `${what} is already recorded`)

const isKnownRequest = (state: TaskState, id: string) =>
  state.settledRequests.includes(id) || state.openRequests.some((r) => r.id === id)

/**
 * Decides on an agent's report. Fenced: a report that names another assignment than the current one is `stale`, one that
 * repeats what is recorded a `duplicate`; both change nothing, so reports may arrive any number of times.
 */
export const decideReport = (state: TaskState, report: TaskReport, context: DecideContext): TaskDecision => {
  const { assignment } = state
  if (assignment === undefined || assignment.id !== report.assignmentId)
    return refuse("stale", "the report is of an assignment that is not the current one")
  const { assignmentId } = report
  // The bus keeps order, but a lost `started` must not cost the report that follows it.
  const begun: readonly TaskFact[] = state.phase === "assigned" ? [fact("TaskStarted", { assignmentId })] : []
  switch (report.kind) {
    case "started":
      return state.phase === "assigned" ? accept(...begun) : ignored("the start")
    case "progress": {
      if (report.seq <= assignment.lastSeq) return ignored("this progress")
      const { seq, percent, note } = report
      const data = {
        assignmentId,
        seq,
        ...(percent === undefined ? {} : { percent }),
        ...(note === undefined ? {} : { note }),
      }
      return accept(...begun, fact("TaskProgressed", data))
    }
    case "step": {
      const { seq } = report
      const step = stepToRecord(assignment.steps, report.step, seq)
      return step === undefined
        ? ignored("this step")
        : accept(...begun, fact("TaskStepRecorded", { assignmentId, seq, step }))
    }
    case "usage": {
      const { seq, usage } = report
      if (seq <= assignment.usageSeq) return ignored("this usage")
      return accept(...begun, fact("TaskUsageRecorded", { assignmentId, seq, usage }))
    }
    case "question": {
      if (isKnownRequest(state, report.questionId)) return ignored("the question")
      const { questionId, text, choices } = report
      return accept(...begun, fact("TaskQuestionAsked", { assignmentId, questionId, text, choices }))
    }
    case "approval": {
      if (isKnownRequest(state, report.approvalId)) return ignored("the approval request")
      const { approvalId, action, detail } = report
      const hash = approvalHash({ action, detail })
      return accept(...begun, fact("TaskApprovalRequested", { assignmentId, approvalId, action, detail, hash }))
    }
    case "artifact": {
      if (state.artifacts.includes(`${report.name}:${report.sha256}`)) return ignored("the artifact")
      const { name, sha256, size, mediaType } = report
      return accept(...begun, fact("TaskArtifactAdded", { assignmentId, name, sha256, size, mediaType }))
    }
    case "succeeded":
      return accept(...begun, fact("TaskSucceeded", { assignmentId, result: report.result }))
    case "failed":
      return decideFailure(state, report, context)
    case "cancelled":
      return accept(fact("TaskCancelled", { assignmentId, reason: "cancelled" }))
    case "lost":
      return decideLeaseLoss(state, { kind: "lose-lease", assignmentId, lastHeardAt: null, reason: "agent-restarted" })
    case "refused":
      return accept(fact("TaskDeadLettered", { reason: "refused-by-agent", message: report.message }))
    default:
      return report satisfies never
  }
}
