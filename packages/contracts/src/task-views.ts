import {
  Actor,
  ApprovalId,
  AssignmentId,
  DeadLetterReason,
  FailureReason,
  MemberId,
  Position,
  phases,
  PoolTarget,
  QuestionId,
  RetryPolicy,
  ScheduleId,
  TaskId,
  TaskResult,
  TaskSpec,
  TaskStep,
  TeamId,
  Turn,
  Usage,
} from "@muster/domain"
import { Schema } from "effect"
import { MaybeTime, Time } from "#src/time.ts"

/** What people see of a task. */

export const Phase = Schema.Literals(phases)

export const OpenQuestion = Schema.Struct({
  id: QuestionId,
  text: Schema.String,
  choices: Schema.Array(Schema.String),
  askedAt: Time,
})
export const OpenApproval = Schema.Struct({
  id: ApprovalId,
  action: Schema.String,
  /** The exact arguments, often JSON. */
  detail: Schema.String,
  /** Of what is asked; a decision has to carry it. */
  hash: Schema.String,
  askedAt: Time,
})

export const ArtifactDoc = Schema.Struct({
  name: Schema.String,
  sha256: Schema.String,
  size: Schema.Int,
  mediaType: Schema.String,
  run: Schema.Int,
  at: Time,
})
export type ArtifactDoc = typeof ArtifactDoc.Type

export const RunOutcome = Schema.Literals(["succeeded", "failed", "cancelled", "expired", "dead-lettered"])
export type RunOutcome = typeof RunOutcome.Type

/** A finished run: exactly one outcome each. */
export const RunDoc = Schema.Struct({
  run: Schema.Int,
  outcome: RunOutcome,
  reason: Schema.NullOr(Schema.Union([FailureReason, DeadLetterReason])),
  message: Schema.String,
  /** Who held it last; null when it ended in its pool. */
  memberId: Schema.NullOr(MemberId),
  attempts: Schema.Int,
  assignmentId: Schema.NullOr(AssignmentId),
  startedAt: MaybeTime,
  endedAt: Time,
  result: Schema.NullOr(TaskResult),
  /** What all its attempts cost at a model. */
  usage: Schema.NullOr(Usage),
})
export type RunDoc = typeof RunDoc.Type

/** What an agent does with a task at this moment, in a few words: its newest step that goes on, else what it said last. */
export const Doing = Schema.Struct({
  kind: Schema.Union([TaskStep.fields.kind, Schema.Literal("note")]),
  text: Schema.String,
  at: Time,
})
export type Doing = typeof Doing.Type

/** A step that has begun and not ended. */
export const RunningStep = Schema.Struct({
  stepId: Schema.String,
  kind: TaskStep.fields.kind,
  title: Schema.String,
  since: Time,
})
export type RunningStep = typeof RunningStep.Type

export const TaskDoc = Schema.Struct({
  id: TaskId,
  teamId: TeamId,
  /** Human number in its team, shown as T-118. */
  number: Schema.Int,
  title: Schema.String,
  /** Whom it is for or, for a pool's, who holds it or held it last; null while it is in the pool. */
  memberId: Schema.NullOr(MemberId),
  /** Any member with these skills may be given it. */
  pool: Schema.NullOr(PoolTarget),
  /** The task whose agent dispatched this one; null when a person or a schedule did. */
  parentTaskId: Schema.NullOr(TaskId),
  /** Tasks above it. */
  depth: Schema.Int,
  /** The schedule that dispatched it, and the due time. */
  firing: Schema.NullOr(Schema.Struct({ scheduleId: ScheduleId, dueAt: Time })),
  /** The message of the chat that it answers; absent for any other task. */
  conversation: Schema.optionalKey(Turn),
  priority: Schema.Int,
  retry: RetryPolicy,
  timeLimitMillis: Schema.Int,
  deadlineAt: MaybeTime,
  notBefore: MaybeTime,
  after: Schema.Array(TaskId),
  phase: Phase,
  isCancelRequested: Schema.Boolean,
  /** A dead letter that an operator has put aside. */
  isDiscarded: Schema.Boolean,
  run: Schema.Int,
  attempt: Schema.Int,
  epoch: Schema.Int,
  assignmentId: Schema.NullOr(AssignmentId),
  /** The assignment whose output is the newest, also after it ended. */
  outputAssignmentId: Schema.NullOr(AssignmentId),
  percent: Schema.NullOr(Schema.Int),
  note: Schema.NullOr(Schema.String),
  doing: Schema.NullOr(Doing),
  /** The newest of them, up to a limit of the reducer. */
  runningSteps: Schema.Array(RunningStep),
  /** What this run cost at a model so far, and what its earlier attempts did. */
  usage: Schema.NullOr(Usage),
  usageBefore: Schema.NullOr(Usage),
  lastReportAt: MaybeTime,
  createdAt: Time,
  createdBy: Actor,
  assignedAt: MaybeTime,
  startedAt: MaybeTime,
  endedAt: MaybeTime,
  dueAt: MaybeTime,
  questions: Schema.Array(OpenQuestion),
  approvals: Schema.Array(OpenApproval),
  artifacts: Schema.Array(ArtifactDoc),
  /** Why the last attempt or run did not succeed. */
  failure: Schema.NullOr(Schema.Struct({ reason: Schema.String, message: Schema.String, at: Time })),
  result: Schema.NullOr(TaskResult),
  runs: Schema.Array(RunDoc),
  leaseExpiries: Schema.Int,
  revision: Schema.Int,
  position: Position,
}).annotate({ identifier: "Task" })
export type TaskDoc = typeof TaskDoc.Type

/** Why queued work does not begin. `busy`: whoever it is for has its hands full. */
export const WaitReason = Schema.Literals([
  "team-halted",
  "team-paused",
  "team-draining",
  "member-paused",
  "member-draining",
  "member-offline",
  /** Its runtime cannot work: the member says why. */
  "member-blocked",
  "busy",
  "nobody-has-skills",
  "nobody-online",
])
export type WaitReason = typeof WaitReason.Type

/** A task with what was asked for in full. */
export const TaskDetail = Schema.Struct({
  task: TaskDoc,
  spec: TaskSpec,
  /** Why it waits, while it is queued. */
  waits: Schema.optionalKey(WaitReason),
}).annotate({ identifier: "TaskDetail" })
export type TaskDetail = typeof TaskDetail.Type
