import {
  APPROVAL_ACTION_MAX_CHARS,
  APPROVAL_DETAIL_MAX_CHARS,
  ApprovalId,
  AssignmentId,
  Attachments,
  ConversationId,
  FailureReason,
  IncarnationId,
  Inputs,
  Instant,
  MemberId,
  MessageId,
  PROGRESS_NOTE_MAX_CHARS,
  Position,
  QuestionId,
  REASON_MAX_CHARS,
  RequiredText,
  Runtime,
  RuntimeOptions,
  Sha256,
  TaskId,
  TaskResult,
  TaskStep,
  TeamId,
  Text,
  Usage,
  ARTIFACT_NAME_MAX_CHARS,
  CHOICES_MAX,
} from "@muster/domain"
import { Schema } from "effect"

/** What travels on the team bus. Every entry has one field, `d`: one of these as JSON. */
export const BUS_FIELD = "d"
export const BUS_VERSION = 1

/** A task on a member's inbox. Its entry id is `<position>-0` of the TaskAssigned event. */
export const TaskEnvelope = Schema.Struct({
  v: Schema.Literal(BUS_VERSION),
  taskId: TaskId,
  assignmentId: AssignmentId,
  teamId: TeamId,
  memberId: MemberId,
  position: Position,
  run: Schema.Int,
  attempt: Schema.Int,
  epoch: Schema.Int,
  title: Schema.String,
  instructions: Schema.String,
  inputs: Inputs,
  runtime: Runtime,
  runtimeOptions: RuntimeOptions,
  timeLimitMillis: Schema.Int,
  deadlineAt: Schema.NullOr(Instant),
  /** Key for effects outside Muster: the same for every attempt of the task. */
  idempotencyKey: Schema.String,
  traceparent: Schema.optionalKey(Schema.String),
  /** A turn of the chat: what was said before is remembered under this id. */
  conversationId: Schema.optionalKey(ConversationId),
  /** Files to be laid beside the work: their bytes are asked for at the control plane. */
  attachments: Schema.optionalKey(Attachments),
})
export type TaskEnvelope = typeof TaskEnvelope.Type

const control = <K extends string, F extends Schema.Struct.Fields>(kind: K, fields: F) =>
  Schema.Struct({ v: Schema.Literal(BUS_VERSION), kind: Schema.Literal(kind), ...fields })

const ofAssignment = { taskId: TaskId, assignmentId: AssignmentId }

/** What the dispatcher tells an agent on `:ctl`. All of them may arrive more than once, and before their task. */
export const ControlMessage = Schema.Union([
  /** Without a task: the assignment has ended long ago, and the agent still lists it. */
  control("cancel", { ...ofAssignment, taskId: Schema.optionalKey(TaskId), reason: Schema.String }),
  control("answer", { ...ofAssignment, questionId: QuestionId, answer: Schema.String }),
  control("approval", { ...ofAssignment, approvalId: ApprovalId, isApproved: Schema.Boolean, comment: Schema.String }),
  /** What a person said to it, meanwhile; with `isInterrupt` it is to leave off what it does. */
  control("steer", { ...ofAssignment, messageId: MessageId, text: Schema.String, isInterrupt: Schema.Boolean }),
  control("pause", ofAssignment),
  control("resume", ofAssignment),
  /**
   * Reports with these numbers are in the log (or were refused for good): the agent may forget them. Each incarnation counts from one: it
   * heeds what names it, or (from a dispatcher of before) nobody.
   */
  control("ack", { seqs: Schema.Array(Schema.Int), incarnation: Schema.optionalKey(IncarnationId) }),
  control("settings", { slots: Schema.Int, runtime: Runtime, runtimeOptions: RuntimeOptions }),
  /** Finish what runs, take nothing new. */
  control("drain", {}),
  /** This incarnation was replaced or the member removed: stop now. */
  control("retire", { incarnation: IncarnationId, reason: Schema.String }),
])
export type ControlMessage = typeof ControlMessage.Type

/** Relative path of an artifact: forward slashes, no empty, `.` or `..` part, no control characters. */
export const ArtifactName = RequiredText(ARTIFACT_NAME_MAX_CHARS).check(
  Schema.makeFilter((name: string) =>
    name.startsWith("/") ||
    name.includes("\\") ||
    /\p{Cc}/u.test(name) ||
    name.split("/").some((part) => part === "" || part === "." || part === "..")
      ? "must be a relative path without empty, '.' or '..' parts"
      : undefined,
  ),
)

const report = <K extends string, F extends Schema.Struct.Fields>(kind: K, fields: F) =>
  Schema.Struct({ kind: Schema.Literal(kind), assignmentId: AssignmentId, taskId: TaskId, ...fields })

/** What an agent says about the assignment it holds. Mirrors `TaskReport` of the domain. */
export const AssignmentReport = Schema.Union([
  report("started", {}),
  report("progress", {
    percent: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100 }))),
    note: Schema.optionalKey(Text(PROGRESS_NOTE_MAX_CHARS)),
  }),
  /** When it begins and when it ends, under one id. */
  report("step", { step: TaskStep }),
  /** Totals of the assignment so far. */
  report("usage", { usage: Usage }),
  report("question", {
    questionId: QuestionId,
    text: RequiredText(REASON_MAX_CHARS),
    choices: Schema.Array(RequiredText(200)).check(Schema.isMaxLength(CHOICES_MAX)),
  }),
  report("approval", {
    approvalId: ApprovalId,
    action: RequiredText(APPROVAL_ACTION_MAX_CHARS),
    detail: Text(APPROVAL_DETAIL_MAX_CHARS),
  }),
  report("artifact", {
    name: ArtifactName,
    sha256: Sha256,
    size: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
    mediaType: Text(128),
  }),
  report("succeeded", { result: TaskResult }),
  report("failed", {
    reason: FailureReason,
    message: Text(REASON_MAX_CHARS),
    isRetryable: Schema.Boolean,
    result: Schema.optionalKey(TaskResult),
  }),
  report("cancelled", {}),
  /** The agent was restarted and does not hold this assignment any more. */
  report("lost", {}),
  /** The agent will never be able to carry this out. */
  report("refused", { message: Text(REASON_MAX_CHARS) }),
])
export type AssignmentReport = typeof AssignmentReport.Type

/** An entry that the agent could not understand. */
export const PoisonReport = Schema.Struct({
  kind: Schema.Literal("poison"),
  stream: Schema.Literals(["in", "ctl"]),
  entryId: Text(64),
  reason: Text(REASON_MAX_CHARS),
})

/** An entry on `:out`. `seq` counts from 1 for each incarnation and never skips. */
export const ReportEnvelope = Schema.Struct({
  v: Schema.Literal(BUS_VERSION),
  incarnation: IncarnationId,
  seq: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)),
  at: Instant,
  report: Schema.Union([AssignmentReport, PoisonReport]),
})
export type ReportEnvelope = typeof ReportEnvelope.Type

export const AgentStatus = Schema.Literals(["ready", "draining", "blocked"])

/** The value of a presence key. */
export const PresenceValue = Schema.Struct({
  v: Schema.Literal(BUS_VERSION),
  incarnation: IncarnationId,
  agentVersion: Text(64),
  status: AgentStatus,
  /** Why it is blocked, in words for a person. */
  blockedReason: Schema.NullOr(Text(REASON_MAX_CHARS)),
  slots: Schema.Int,
  /** Assignments it holds, in its own memory or waiting to be reported. */
  live: Schema.Array(AssignmentId),
  at: Instant,
})
export type PresenceValue = typeof PresenceValue.Type

export const PRESENCE_BEAT_MILLIS = 5_000
export const PRESENCE_TTL_MILLIS = 15_000
/** Without a heartbeat that lists it for so long, an assignment is taken back. */
export const LEASE_MILLIS = 30_000
/** Progress that becomes an event: at most one a task in this time. The agent coalesces, the dispatcher enforces. */
export const PROGRESS_MIN_INTERVAL_MILLIS = 1_000
/** Usage that becomes an event: at most one a task in this time, and one at the end. The agent coalesces, the dispatcher enforces. */
export const USAGE_MIN_INTERVAL_MILLIS = 10_000
