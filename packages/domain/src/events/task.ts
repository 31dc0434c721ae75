import { Schema } from "effect"
import {
  ANSWER_MAX_CHARS,
  APPROVAL_ACTION_MAX_CHARS,
  APPROVAL_DETAIL_MAX_CHARS,
  ARTIFACT_NAME_MAX_CHARS,
  CHOICES_MAX,
  DEPENDENCIES_MAX,
  INSTRUCTIONS_MAX_CHARS,
  PROGRESS_NOTE_MAX_CHARS,
  REASON_MAX_CHARS,
  STEER_MAX_CHARS,
  SUMMARY_MAX_CHARS,
  TASK_DEPTH_MAX,
  TITLE_MAX_CHARS,
} from "#src/limits.ts"
import {
  ApprovalId,
  AssignmentId,
  ConversationId,
  MemberId,
  MessageId,
  QuestionId,
  ScheduleId,
  TaskId,
  TeamId,
  UserId,
} from "#src/ids.ts"
import { RequiredText, Sha256, Text } from "#src/text.ts"
import { Inputs, OptionalInstant, Priority, RetryPolicy, RuntimeOptions, TimeLimitMillis } from "#src/events/shared.ts"
import { Attachments } from "#src/events/attachment.ts"
import { TaskStep, Usage } from "#src/events/step.ts"
import { exactlyOneTarget, PoolTarget } from "#src/events/target.ts"

/** A piece of work and whom it is for: a member, or any member with the skills of a pool. */
const work = {
  title: RequiredText(TITLE_MAX_CHARS),
  instructions: Text(INSTRUCTIONS_MAX_CHARS),
  inputs: Inputs,
  runtimeOptions: RuntimeOptions,
  memberId: Schema.optionalKey(MemberId),
  pool: Schema.optionalKey(PoolTarget),
  priority: Priority,
  retry: RetryPolicy,
  timeLimitMillis: TimeLimitMillis,
}

/** The work that a schedule dispatches each time. */
export const TaskTemplate = Schema.Struct(work).check(exactlyOneTarget)
export type TaskTemplate = typeof TaskTemplate.Type

/** The message of the chat that a task answers, and the conversation that it goes on with. */
export const Turn = Schema.Struct({
  conversationId: ConversationId,
  messageId: MessageId,
  /** The person whom the member talks with directly; absent in the team's chat. */
  direct: Schema.optionalKey(UserId),
})
export type Turn = typeof Turn.Type

/** What a leader asks for. Defaults are filled in at the edge, so that the log never depends on them. */
export const TaskSpec = Schema.Struct({
  ...work,
  /** After this instant the task is not worth doing: any open state becomes expired. */
  deadlineAt: OptionalInstant,
  /** Not before this instant. */
  notBefore: OptionalInstant,
  /** Tasks of the same team that must have succeeded first. */
  after: Schema.Array(TaskId).check(Schema.isMaxLength(DEPENDENCIES_MAX)),
  /** The task whose agent dispatched this one; set by the server. Absent: a person or a schedule did. */
  parentTaskId: Schema.optionalKey(TaskId),
  /** How many tasks lie above it: 1 when its parent has none. Absent: 0. */
  depth: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: TASK_DEPTH_MAX }))),
  /** Set by the server for a turn: the agent's last words become a message of the chat. */
  conversation: Schema.optionalKey(Turn),
  /** Files that people gave with it: the agent gets copies. */
  attachments: Schema.optionalKey(Attachments),
}).check(exactlyOneTarget)
export type TaskSpec = typeof TaskSpec.Type

export const FailureReason = Schema.Literals([
  "error",
  "exit-code",
  "time-limit",
  "output-limit",
  "approval-denied",
  "dependency-failed",
  "runtime-unavailable",
])
export type FailureReason = typeof FailureReason.Type

export const DeadLetterReason = Schema.Literals(["poison", "lease-expiries", "member-removed", "refused-by-agent"])
export type DeadLetterReason = typeof DeadLetterReason.Type

export const LeaseLossReason = Schema.Literals(["no-heartbeat", "agent-restarted", "member-rebound", "member-removed"])
export type LeaseLossReason = typeof LeaseLossReason.Type

/** Where the captured output stands: bytes kept in the blob store, and whether more was cut off. */
export const OutputRef = Schema.Struct({ bytes: Schema.Int, isTruncated: Schema.Boolean })

export const TaskResult = Schema.Struct({
  summary: Text(SUMMARY_MAX_CHARS),
  exitCode: Schema.optionalKey(Schema.Int),
  output: OutputRef,
})
export type TaskResult = typeof TaskResult.Type

const ofAssignment = { assignmentId: AssignmentId }

const memberOrPool = { memberId: Schema.optionalKey(MemberId), pool: Schema.optionalKey(PoolTarget) }
const target = Schema.Struct(memberOrPool).check(exactlyOneTarget)
const newRun = Schema.Struct({ run: Schema.Int, ...memberOrPool }).check(exactlyOneTarget)

export const taskEvents = {
  TaskDispatched: {
    schema: 1,
    what: "A leader asked for a piece of work. It waits while it has dependencies or a start time, else it is queued.",
    data: Schema.Struct({
      taskId: TaskId,
      teamId: TeamId,
      spec: TaskSpec,
      requestHash: Schema.String,
      /** The schedule whose due time this is. */
      firing: Schema.optionalKey(Schema.Struct({ scheduleId: ScheduleId, dueAt: Schema.String })),
    }),
  },
  TaskReady: {
    schema: 1,
    what: "Dependencies have succeeded and the start time has come: the task is queued.",
    data: Schema.Struct({}),
  },
  TaskAssigned: {
    schema: 1,
    what: "A member with a free slot was given the task. The assignment id fences every later report; the epoch counts assignments of the task.",
    data: Schema.Struct({
      ...ofAssignment,
      memberId: MemberId,
      run: Schema.Int,
      attempt: Schema.Int,
      epoch: Schema.Int,
    }),
  },
  TaskStarted: { schema: 1, what: "The agent began the work.", data: Schema.Struct(ofAssignment) },
  TaskProgressed: {
    schema: 1,
    what: "Progress, at most one a second and task. `seq` is the agent's report number.",
    data: Schema.Struct({
      ...ofAssignment,
      seq: Schema.Int,
      percent: Schema.optionalKey(Schema.Int),
      note: Schema.optionalKey(Text(PROGRESS_NOTE_MAX_CHARS)),
    }),
  },
  TaskStepRecorded: {
    schema: 1,
    what: "Something the agent does: a tool it uses, something it says, thinks or plans. Once when it begins, once when it ends, at most 500 steps an assignment.",
    data: Schema.Struct({ ...ofAssignment, seq: Schema.Int, step: TaskStep }),
  },
  TaskUsageRecorded: {
    schema: 1,
    what: "What the assignment cost at a model so far: totals, at most once in ten seconds and once at the end.",
    data: Schema.Struct({ ...ofAssignment, seq: Schema.Int, usage: Usage }),
  },
  TaskChildDispatched: {
    schema: 1,
    what: "The agent gives a part of the work to somebody else: a task of its own, which is dispatched next. Recorded first, so that nothing it began is overlooked.",
    data: Schema.Struct({ ...ofAssignment, childTaskId: TaskId }),
  },
  TaskQuestionAsked: {
    schema: 1,
    what: "The agent needs an answer from a person to go on.",
    data: Schema.Struct({
      ...ofAssignment,
      questionId: QuestionId,
      text: RequiredText(REASON_MAX_CHARS),
      choices: Schema.Array(RequiredText(200)).check(Schema.isMaxLength(CHOICES_MAX)),
    }),
  },
  TaskQuestionAnswered: {
    schema: 1,
    what: "A person answered.",
    data: Schema.Struct({ questionId: QuestionId, answer: Text(ANSWER_MAX_CHARS) }),
  },
  TaskApprovalRequested: {
    schema: 2,
    what: "The agent asks leave for an action. `hash` names exactly what is asked: the SHA-256 of its canonical JSON.",
    data: Schema.Struct({
      ...ofAssignment,
      approvalId: ApprovalId,
      action: RequiredText(APPROVAL_ACTION_MAX_CHARS),
      detail: Text(APPROVAL_DETAIL_MAX_CHARS),
      hash: Sha256,
    }),
  },
  TaskApprovalDecided: {
    schema: 2,
    what: "A person allowed or refused the action, once. `hash`: of what they were shown, which is what was asked; null when it was decided before hashes were kept.",
    data: Schema.Struct({
      approvalId: ApprovalId,
      isApproved: Schema.Boolean,
      comment: Text(REASON_MAX_CHARS),
      hash: Schema.NullOr(Sha256),
    }),
  },
  TaskArtifactAdded: {
    schema: 1,
    what: "A file the task produced; its bytes are in the blob store under the hash.",
    data: Schema.Struct({
      ...ofAssignment,
      name: RequiredText(ARTIFACT_NAME_MAX_CHARS),
      sha256: Sha256,
      size: Schema.Int,
      mediaType: Text(128),
    }),
  },
  TaskSteered: {
    schema: 1,
    what: "A person said something to the agent at work; with `isInterrupt` it is to leave off what it does and heed it at once.",
    data: Schema.Struct({ messageId: MessageId, text: RequiredText(STEER_MAX_CHARS), isInterrupt: Schema.Boolean }),
  },
  TaskPaused: { schema: 1, what: "A person put the running task on hold.", data: Schema.Struct({}) },
  TaskResumed: { schema: 1, what: "A person let it go on.", data: Schema.Struct({}) },
  TaskPriorityChanged: {
    schema: 1,
    what: "A person moved the task in its queue.",
    data: Schema.Struct({ priority: Priority }),
  },
  TaskReassigned: {
    schema: 1,
    what: "A person gave work that no agent holds to another member, or to a pool.",
    data: target,
  },
  TaskSucceeded: {
    schema: 1,
    what: "Outcome of a run: the work is done.",
    data: Schema.Struct({ ...ofAssignment, result: TaskResult }),
  },
  TaskRetryScheduled: {
    schema: 1,
    what: "The attempt failed and the retry policy has more: the next one is due at `dueAt`.",
    data: Schema.Struct({
      ...ofAssignment,
      reason: FailureReason,
      message: Text(REASON_MAX_CHARS),
      dueAt: Schema.String,
      attempt: Schema.Int,
    }),
  },
  TaskRetryDue: { schema: 1, what: "The wait before the next attempt is over: queued again.", data: Schema.Struct({}) },
  TaskFailed: {
    schema: 1,
    what: "Outcome of a run: it failed and has no attempts left, or a dependency did not succeed.",
    data: Schema.Struct({
      assignmentId: Schema.optionalKey(AssignmentId),
      reason: FailureReason,
      message: Text(REASON_MAX_CHARS),
      result: Schema.optionalKey(TaskResult),
    }),
  },
  TaskLeaseExpired: {
    schema: 1,
    what: "The agent holding the assignment was not heard of in time, or lost its memory of it: queued again under a new epoch.",
    data: Schema.Struct({ ...ofAssignment, lastHeardAt: Schema.NullOr(Schema.String), reason: LeaseLossReason }),
  },
  TaskCancelRequested: {
    schema: 1,
    what: "A person wants a task stopped that an agent holds; the agent has been told.",
    data: Schema.Struct({ reason: Text(REASON_MAX_CHARS) }),
  },
  TaskCancelled: {
    schema: 1,
    what: "Outcome of a run: stopped on request.",
    data: Schema.Struct({ assignmentId: Schema.optionalKey(AssignmentId), reason: Text(REASON_MAX_CHARS) }),
  },
  TaskExpired: {
    schema: 1,
    what: "Outcome of a run: the task's own deadline passed before it ended.",
    data: Schema.Struct({ deadlineAt: Schema.String }),
  },
  TaskDeadLettered: {
    schema: 1,
    what: "Outcome of a run: the task could not be delivered or carried out. An operator may redrive it.",
    data: Schema.Struct({ reason: DeadLetterReason, message: Text(REASON_MAX_CHARS) }),
  },
  TaskRetried: {
    schema: 1,
    what: "A person asked for a new run of a failed, cancelled or expired task.",
    data: newRun,
  },
  TaskRedriven: {
    schema: 1,
    what: "An operator asked for a new run of a dead-lettered task.",
    data: newRun,
  },
  TaskDiscarded: {
    schema: 1,
    what: "An operator looked at a dead-lettered task and put it aside; it may still be redriven.",
    data: Schema.Struct({ reason: Text(REASON_MAX_CHARS) }),
  },
} as const
