import type { RunOutcome, TaskDoc } from "@muster/contracts"
import { addUsage, afterNote, afterStep } from "#src/doing.ts"
import { isTaskEventType, transitions, type KnownEvent, type Phase, type TaskEventType } from "@muster/domain"

type TaskEvent = Extract<KnownEvent, { readonly type: TaskEventType }>

export const isTaskEvent = (event: KnownEvent): event is TaskEvent => isTaskEventType(event.type)

const nothingHeld = {
  assignmentId: null,
  questions: [],
  approvals: [],
  percent: null,
  note: null,
  doing: null,
  runningSteps: [],
} as const

/** Nobody holds it any more: what was for a pool is nobody's again. */
const givenBack = (doc: TaskDoc): TaskDoc => ({
  ...doc,
  ...nothingHeld,
  memberId: doc.pool === null ? doc.memberId : null,
})

const dispatched = (event: Extract<TaskEvent, { type: "TaskDispatched" }>, number: number): TaskDoc => {
  const { spec, taskId, teamId } = event.data
  const mustWait = spec.after.length > 0 || spec.notBefore !== undefined
  return {
    ...nothingHeld,
    id: taskId,
    teamId,
    number,
    title: spec.title,
    memberId: spec.memberId ?? null,
    pool: spec.pool ?? null,
    parentTaskId: spec.parentTaskId ?? null,
    depth: spec.depth ?? 0,
    firing: event.data.firing ?? null,
    ...(spec.conversation === undefined ? {} : { conversation: spec.conversation }),
    priority: spec.priority,
    retry: spec.retry,
    timeLimitMillis: spec.timeLimitMillis,
    deadlineAt: spec.deadlineAt ?? null,
    notBefore: spec.notBefore ?? null,
    after: spec.after,
    phase: mustWait ? "waiting" : "queued",
    isCancelRequested: false,
    isDiscarded: false,
    run: 1,
    attempt: 0,
    epoch: 0,
    outputAssignmentId: null,
    lastReportAt: null,
    createdAt: event.at,
    createdBy: event.meta.actor,
    assignedAt: null,
    startedAt: null,
    endedAt: null,
    dueAt: null,
    artifacts: [],
    failure: null,
    result: null,
    runs: [],
    leaseExpiries: 0,
    usage: null,
    usageBefore: null,
    revision: event.revision,
    position: event.position,
  }
}

const settled = (doc: TaskDoc, isPaused: boolean): Phase => {
  if (isPaused) return "paused"
  if (doc.questions.length > 0) return "needs-input"
  return doc.approvals.length > 0 ? "needs-approval" : "running"
}

const ended = (
  doc: TaskDoc,
  event: TaskEvent,
  outcome: RunOutcome,
  detail: Pick<TaskDoc["runs"][number], "reason" | "message" | "result">,
): TaskDoc => ({
  ...doc,
  ...nothingHeld,
  percent: outcome === "succeeded" ? 100 : doc.percent,
  note: doc.note,
  endedAt: event.at,
  dueAt: null,
  result: detail.result,
  failure: detail.reason === null ? doc.failure : { reason: detail.reason, message: detail.message, at: event.at },
  runs: [
    ...doc.runs,
    {
      run: doc.run,
      outcome,
      ...detail,
      memberId: doc.memberId,
      attempts: doc.attempt,
      assignmentId: doc.assignmentId,
      startedAt: doc.startedAt,
      endedAt: event.at,
      usage: doc.usage,
    },
  ],
})

const change = (doc: TaskDoc, event: TaskEvent): TaskDoc => {
  const { at } = event
  switch (event.type) {
    case "TaskAssigned": {
      const { assignmentId, attempt, epoch } = event.data
      const times = { assignedAt: at, startedAt: null, dueAt: null }
      const memberId = doc.pool === null ? doc.memberId : event.data.memberId
      const ids = { assignmentId, outputAssignmentId: assignmentId, memberId }
      return { ...doc, ...nothingHeld, ...times, ...ids, attempt, epoch, usageBefore: doc.usage }
    }
    case "TaskStarted":
      return { ...doc, startedAt: at, lastReportAt: at }
    case "TaskProgressed":
      return {
        ...doc,
        lastReportAt: at,
        percent: event.data.percent ?? doc.percent,
        note: event.data.note ?? doc.note,
        ...afterNote(doc, event.data.note, at),
      }
    case "TaskStepRecorded":
      return { ...doc, lastReportAt: at, ...afterStep(doc, event.data.step, at) }
    case "TaskUsageRecorded":
      return { ...doc, lastReportAt: at, usage: addUsage(doc.usageBefore, event.data.usage) }
    case "TaskQuestionAsked": {
      const { questionId: id, text, choices } = event.data
      return { ...doc, lastReportAt: at, questions: [...doc.questions, { id, text, choices, askedAt: at }] }
    }
    case "TaskQuestionAnswered":
      return { ...doc, questions: doc.questions.filter((q) => q.id !== event.data.questionId) }
    case "TaskApprovalRequested": {
      const { approvalId: id, action, detail, hash } = event.data
      return { ...doc, lastReportAt: at, approvals: [...doc.approvals, { id, action, detail, hash, askedAt: at }] }
    }
    case "TaskApprovalDecided":
      return { ...doc, approvals: doc.approvals.filter((a) => a.id !== event.data.approvalId) }
    case "TaskArtifactAdded": {
      const { name, sha256, size, mediaType } = event.data
      return {
        ...doc,
        lastReportAt: at,
        artifacts: [...doc.artifacts, { name, sha256, size, mediaType, run: doc.run, at }],
      }
    }
    case "TaskPriorityChanged":
      return { ...doc, priority: event.data.priority }
    case "TaskReassigned":
      return { ...doc, memberId: event.data.memberId ?? null, pool: event.data.pool ?? null }
    case "TaskSucceeded":
      return ended(doc, event, "succeeded", { reason: null, message: "", result: event.data.result })
    case "TaskFailed": {
      const { reason, message, result } = event.data
      return ended(doc, event, "failed", { reason, message, result: result ?? null })
    }
    case "TaskCancelled":
      return ended(doc, event, "cancelled", { reason: null, message: event.data.reason, result: null })
    case "TaskExpired":
      return ended(doc, event, "expired", { reason: null, message: event.data.deadlineAt, result: null })
    case "TaskDeadLettered":
      return ended(doc, event, "dead-lettered", { ...event.data, result: null })
    case "TaskRetryScheduled": {
      const { reason, message, dueAt } = event.data
      return { ...givenBack(doc), dueAt, failure: { reason, message, at } }
    }
    case "TaskLeaseExpired": {
      const message = "the agent that held this task was lost; it will be given out again"
      return {
        ...givenBack(doc),
        attempt: doc.attempt - 1,
        leaseExpiries: doc.leaseExpiries + 1,
        failure: { reason: event.data.reason, message, at },
      }
    }
    case "TaskRetryDue":
      return { ...doc, dueAt: null }
    case "TaskCancelRequested":
      return { ...doc, isCancelRequested: true }
    case "TaskRetried":
    case "TaskRedriven": {
      const { run, memberId = null, pool = null } = event.data
      const times = { assignedAt: null, startedAt: null, endedAt: null, dueAt: null }
      const numbers = { run, attempt: 0, leaseExpiries: 0 }
      const flags = { isCancelRequested: false, isDiscarded: false }
      return {
        ...doc,
        ...nothingHeld,
        ...times,
        ...numbers,
        ...flags,
        memberId,
        pool,
        result: null,
        usage: null,
        usageBefore: null,
      }
    }
    case "TaskDiscarded":
      return { ...doc, isDiscarded: true }
    case "TaskDispatched":
    case "TaskReady":
    case "TaskPaused":
    case "TaskSteered":
    case "TaskChildDispatched":
    case "TaskResumed":
      return doc
    default:
      return event satisfies never
  }
}

/**
 * Folds one event of a task. `number` is the human number for a task that begins here. An event of a task that is not known
 * gives undefined; one that the table of a task's life forbids leaves the document as it is.
 */
export const taskDoc = (doc: TaskDoc | undefined, event: TaskEvent, number: number): TaskDoc | undefined => {
  const allowed: readonly Phase[] = transitions[event.type].from
  if (!allowed.includes(doc?.phase ?? "absent")) return doc
  if (event.type === "TaskDispatched") return dispatched(event, number)
  if (doc === undefined) return undefined
  const next = change(doc, event)
  const target = transitions[event.type].to
  const isPaused = event.type === "TaskPaused" || (doc.phase === "paused" && event.type !== "TaskResumed")
  const phase = target === "same" ? doc.phase : target === "settle" ? settled(next, isPaused) : target
  return { ...next, phase, revision: event.revision, position: event.position }
}
