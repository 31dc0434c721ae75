import type { TaskFact } from "#src/events/index.ts"
import type { PoolTarget } from "#src/events/target.ts"
import type { MemberId } from "#src/ids.ts"
import { tokensOf } from "#src/task/tokens.ts"
import { noSteps, withStep } from "#src/task/steps.ts"
import { absentTask, transitions, type Assignment, type Phase, type TaskState } from "#src/task/state.ts"

/** A stored event that the table forbids: the log and this program disagree, which no caller can mend. */
export class ImpossibleTransition extends Error {
  override readonly name = "ImpossibleTransition"
  readonly phase: Phase
  readonly event: string
  constructor(phase: Phase, event: string) {
    super(`a task that is ${phase} cannot take ${event}`)
    this.phase = phase
    this.event = event
  }
}

/** True when the table allows this event now. */
export const mayTake = (state: TaskState, type: TaskFact["type"]): boolean =>
  (transitions[type].from as readonly Phase[]).includes(state.phase)

/** The phase of held work that is not simply running. A pause hides questions: the person who paused must resume first. */
const settledPhase = (state: TaskState): Phase => {
  if (state.isPaused) return "paused"
  if (state.openRequests.some((r) => r.kind === "question")) return "needs-input"
  return state.openRequests.length > 0 ? "needs-approval" : "running"
}

interface NewRun {
  readonly run: number
  readonly memberId?: MemberId
  readonly pool?: PoolTarget
}

const released = { assignment: undefined, openRequests: [], settledRequests: [], isPaused: false } as const

/** Nobody holds it any more. What was for a pool goes back there, and not to the member who had it. */
const givenBack = (state: TaskState): TaskState => ({
  ...state,
  ...released,
  memberId: state.pool === undefined ? state.memberId : "",
})

const newRun = (state: TaskState, { run, memberId = "" as MemberId, pool }: NewRun): TaskState => ({
  ...state,
  ...released,
  run,
  memberId,
  pool,
  isDiscarded: false,
  attempt: 0,
  leaseExpiries: 0,
  isCancelRequested: false,
  steers: 0,
  tokensBeforeRun: state.tokens,
  artifacts: [],
  dueAt: undefined,
})

const inAssignment = (state: TaskState, changed: (assignment: Assignment) => Partial<Assignment>): TaskState => {
  const { assignment } = state
  return assignment === undefined ? state : { ...state, assignment: { ...assignment, ...changed(assignment) } }
}

/** The fields an event changes; the phase follows from the table. */
const change = (state: TaskState, event: TaskFact): TaskState => {
  switch (event.type) {
    case "TaskDispatched": {
      const { spec, teamId, requestHash } = event.data
      const { priority, memberId = "", pool } = spec
      return { ...absentTask, spec, teamId, requestHash, priority, memberId, pool, run: 1 }
    }
    case "TaskAssigned": {
      const { assignmentId: id, memberId, epoch, attempt } = event.data
      return {
        ...state,
        ...released,
        memberId: state.pool === undefined ? state.memberId : memberId,
        attempt,
        epoch,
        dueAt: undefined,
        assignment: { id, memberId, epoch, lastSeq: 0, steps: noSteps, usageSeq: 0, tokens: 0 },
      }
    }
    case "TaskProgressed":
      return inAssignment(state, ({ lastSeq }) => ({ lastSeq: Math.max(lastSeq, event.data.seq) }))
    case "TaskStepRecorded":
      return inAssignment(state, (assignment) => ({
        steps: withStep(assignment.steps, event.data.step, event.data.seq),
      }))
    case "TaskUsageRecorded": {
      const { seq, usage } = event.data
      const before = state.assignment?.tokens ?? 0
      // Each tells the totals of its assignment so far.
      const tokens = Math.max(before, tokensOf(usage))
      const counted = { ...state, tokens: state.tokens + tokens - before }
      return inAssignment(counted, ({ usageSeq }) => ({ usageSeq: Math.max(usageSeq, seq), tokens }))
    }
    case "TaskQuestionAsked":
      return { ...state, openRequests: [...state.openRequests, { kind: "question", id: event.data.questionId }] }
    case "TaskApprovalRequested":
      return {
        ...state,
        openRequests: [...state.openRequests, { kind: "approval", id: event.data.approvalId, hash: event.data.hash }],
      }
    case "TaskQuestionAnswered":
      return settleRequest(state, event.data.questionId)
    case "TaskApprovalDecided":
      return settleRequest(state, event.data.approvalId)
    case "TaskArtifactAdded":
      return { ...state, artifacts: [...state.artifacts, `${event.data.name}:${event.data.sha256}`] }
    case "TaskChildDispatched":
      return { ...state, children: [...state.children, { taskId: event.data.childTaskId, run: state.run }] }
    case "TaskSteered":
      return { ...state, steers: state.steers + 1 }
    case "TaskPaused":
      return { ...state, isPaused: true }
    case "TaskResumed":
      return { ...state, isPaused: false }
    case "TaskPriorityChanged":
      return { ...state, priority: event.data.priority }
    case "TaskReassigned":
      return { ...state, memberId: event.data.memberId ?? "", pool: event.data.pool }
    case "TaskRetryScheduled":
      return {
        ...givenBack(state),
        dueAt: event.data.dueAt,
        lastFailure: { reason: event.data.reason, message: event.data.message },
      }
    case "TaskRetryDue":
      return { ...state, dueAt: undefined }
    case "TaskLeaseExpired":
      // The attempt is given back: a lost agent is not the task's failure.
      return { ...givenBack(state), attempt: state.attempt - 1, leaseExpiries: state.leaseExpiries + 1 }
    case "TaskCancelRequested":
      return { ...state, isCancelRequested: true }
    case "TaskFailed":
    case "TaskDeadLettered":
      return { ...state, ...released, lastFailure: { reason: event.data.reason, message: event.data.message } }
    case "TaskSucceeded":
    case "TaskCancelled":
    case "TaskExpired":
      return { ...state, ...released, dueAt: undefined }
    case "TaskRetried":
    case "TaskRedriven":
      return newRun(state, event.data)
    case "TaskDiscarded":
      return { ...state, isDiscarded: true }
    case "TaskReady":
    case "TaskStarted":
      return state
    default:
      return event satisfies never
  }
}

const settleRequest = (state: TaskState, id: string): TaskState => ({
  ...state,
  openRequests: state.openRequests.filter((r) => r.id !== id),
  settledRequests: [...state.settledRequests, id],
})

const mustWait = (state: TaskState): boolean =>
  state.spec !== undefined && (state.spec.after.length > 0 || state.spec.notBefore !== undefined)

/** Folds one event into the state. Throws ImpossibleTransition for an event the table forbids. */
export const evolveTask = (state: TaskState, event: TaskFact): TaskState => {
  if (!mayTake(state, event.type)) throw new ImpossibleTransition(state.phase, event.type)
  const next = change(state, event)
  const target = transitions[event.type].to
  if (event.type === "TaskDispatched" && mustWait(next)) return { ...next, phase: "waiting" }
  const phase = target === "same" ? state.phase : target === "settle" ? settledPhase(next) : target
  return { ...next, phase }
}
