import type { RecordedSteps } from "#src/task/steps.ts"
import type { TaskEventType } from "#src/events/index.ts"
import type { PoolTarget } from "#src/events/target.ts"
import type { DeadLetterReason, FailureReason, TaskSpec } from "#src/events/task.ts"
import type { TaskId } from "#src/ids.ts"

/** Where a task stands. `absent` is a stream without events. */
export const phases = [
  "absent",
  "waiting",
  "queued",
  "assigned",
  "running",
  "needs-input",
  "needs-approval",
  "paused",
  "retry-scheduled",
  "succeeded",
  "failed",
  "cancelled",
  "expired",
  "dead-lettered",
] as const
export type Phase = (typeof phases)[number]

/** Phases in which an agent holds the task. */
export const heldPhases = ["assigned", "running", "needs-input", "needs-approval", "paused"] as const
/** Phases in which nobody holds the task, yet it is open. */
export const idlePhases = ["waiting", "queued", "retry-scheduled"] as const
/** Phases that end a run. */
export const closedPhases = ["succeeded", "failed", "cancelled", "expired", "dead-lettered"] as const

const live = ["running", "needs-input", "needs-approval", "paused"] as const
const open = [...idlePhases, ...heldPhases] as const

export const isHeld = (phase: Phase): boolean => (heldPhases as readonly Phase[]).includes(phase)
export const isClosed = (phase: Phase): boolean => (closedPhases as readonly Phase[]).includes(phase)
export const isOpen = (phase: Phase): boolean => phase !== "absent" && !isClosed(phase)

/**
 * `settle`: the phase follows from what is still open (a pause, a question, an approval), else running.
 * `same`: the phase does not change.
 */
type Target = Phase | "settle" | "same"

interface Transition {
  readonly from: readonly Phase[]
  readonly to: Target
}

/** The whole life of a task: event → the phases in which it may happen and where it leads. */
export const transitions = {
  TaskDispatched: { from: ["absent"], to: "queued" },
  TaskReady: { from: ["waiting"], to: "queued" },
  TaskAssigned: { from: ["queued"], to: "assigned" },
  TaskStarted: { from: ["assigned"], to: "running" },
  TaskProgressed: { from: live, to: "same" },
  TaskStepRecorded: { from: live, to: "same" },
  TaskUsageRecorded: { from: live, to: "same" },
  TaskChildDispatched: { from: live, to: "same" },
  TaskQuestionAsked: { from: live, to: "settle" },
  TaskQuestionAnswered: { from: live, to: "settle" },
  TaskApprovalRequested: { from: live, to: "settle" },
  TaskApprovalDecided: { from: live, to: "settle" },
  TaskArtifactAdded: { from: live, to: "same" },
  TaskSteered: { from: heldPhases, to: "same" },
  TaskPaused: { from: live, to: "settle" },
  TaskResumed: { from: ["paused"], to: "settle" },
  TaskPriorityChanged: { from: idlePhases, to: "same" },
  TaskReassigned: { from: idlePhases, to: "same" },
  TaskSucceeded: { from: live, to: "succeeded" },
  TaskRetryScheduled: { from: heldPhases, to: "retry-scheduled" },
  TaskRetryDue: { from: ["retry-scheduled"], to: "queued" },
  TaskFailed: { from: ["waiting", ...heldPhases], to: "failed" },
  TaskLeaseExpired: { from: heldPhases, to: "queued" },
  TaskCancelRequested: { from: heldPhases, to: "same" },
  TaskCancelled: { from: open, to: "cancelled" },
  TaskExpired: { from: open, to: "expired" },
  TaskDeadLettered: { from: open, to: "dead-lettered" },
  TaskRetried: { from: ["failed", "cancelled", "expired"], to: "queued" },
  TaskRedriven: { from: ["dead-lettered"], to: "queued" },
  TaskDiscarded: { from: ["dead-lettered"], to: "same" },
} as const satisfies Record<TaskEventType, Transition>

export interface Assignment {
  readonly id: string
  readonly memberId: string
  readonly epoch: number
  /** Highest report number whose progress is recorded. */
  readonly lastSeq: number
  /** Steps that are recorded, by the agent's names for them. */
  readonly steps: RecordedSteps
  /** Highest report number whose usage is recorded. */
  readonly usageSeq: number
  /** Tokens it has used at models, as far as that was told. */
  readonly tokens: number
}

export type OpenRequest =
  | { readonly kind: "question"; readonly id: string }
  /** `hash`: of what is asked. */
  | { readonly kind: "approval"; readonly id: string; readonly hash: string }

/** What deciding needs to know of a task, and no more. */
export interface TaskState {
  readonly phase: Phase
  readonly teamId: string
  readonly spec: TaskSpec | undefined
  readonly requestHash: string
  readonly priority: number
  /** Whom the task is for or, for a pool's, who holds it or held it last: empty while it is in the pool. */
  readonly memberId: string
  /** The run goes to any member with these skills. */
  readonly pool: PoolTarget | undefined
  readonly run: number
  /** Attempts begun in this run. */
  readonly attempt: number
  /** Assignments of the task over all runs. */
  readonly epoch: number
  readonly leaseExpiries: number
  readonly assignment: Assignment | undefined
  readonly openRequests: readonly OpenRequest[]
  /** Requests of the current assignment that were already answered: a report that repeats one changes nothing. */
  readonly settledRequests: readonly string[]
  readonly isPaused: boolean
  readonly isCancelRequested: boolean
  /** How often people spoke to its agents in this run. */
  readonly steers: number
  /** A dead letter that an operator has put aside. */
  readonly isDiscarded: boolean
  readonly artifacts: readonly string[]
  /** Tasks that its agents have dispatched, and in which run. One that was never written does not count. */
  readonly children: readonly { readonly taskId: TaskId; readonly run: number }[]
  /** Tokens that all its assignments have used, and that those of earlier runs had. */
  readonly tokens: number
  readonly tokensBeforeRun: number
  readonly dueAt: string | undefined
  readonly lastFailure: { readonly reason: FailureReason | DeadLetterReason; readonly message: string } | undefined
}

export const absentTask: TaskState = {
  phase: "absent",
  teamId: "",
  spec: undefined,
  requestHash: "",
  priority: 0,
  memberId: "",
  pool: undefined,
  run: 0,
  attempt: 0,
  epoch: 0,
  leaseExpiries: 0,
  assignment: undefined,
  openRequests: [],
  settledRequests: [],
  isPaused: false,
  isCancelRequested: false,
  steers: 0,
  isDiscarded: false,
  artifacts: [],
  children: [],
  tokens: 0,
  tokensBeforeRun: 0,
  dueAt: undefined,
  lastFailure: undefined,
}
