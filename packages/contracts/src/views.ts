import {
  Actor,
  ApprovalId,
  AssignmentId,
  BookmarkId,
  Attachments,
  DeadLetterReason,
  FailureReason,
  HaltScope,
  MemberId,
  MemberRole,
  MessageId,
  OrgId,
  Position,
  phases,
  PoolTarget,
  QuestionId,
  Role,
  RetryPolicy,
  Runtime,
  RuntimeOptions,
  ScheduleId,
  ScheduleSpec,
  SkipReason,
  TaskDraft,
  TaskId,
  TaskResult,
  TaskSpec,
  TaskStep,
  TaskTemplateId,
  TeamId,
  Turn,
  Usage,
  UserId,
} from "@muster/domain"
import { Schema } from "effect"

/** What people see of a thing. Folded by `projections`, stored by `read-models`, sent as it is. */

const Time = Schema.String.annotate({ description: "RFC 3339 instant, UTC" })
const MaybeTime = Schema.NullOr(Time)

export const Phase = Schema.Literals(phases)

/** A kill switch that is on. */
export const HaltDoc = Schema.Struct({
  by: HaltScope,
  reason: Schema.String,
  cancelQueued: Schema.Boolean,
  at: Time,
})

/** A moment of the team's history that somebody gave a name. */
export const BookmarkDoc = Schema.Struct({
  id: BookmarkId,
  name: Schema.String,
  /** The position of the log that it marks. */
  moment: Position,
  by: Actor,
  at: Time,
}).annotate({ identifier: "Bookmark" })
export type BookmarkDoc = typeof BookmarkDoc.Type

/** A draft of a task that the team keeps under a name. */
export const TaskTemplateDoc = Schema.Struct({
  id: TaskTemplateId,
  name: Schema.String,
  draft: TaskDraft,
  by: Actor,
  at: Time,
}).annotate({ identifier: "TaskTemplate" })
export type TaskTemplateDoc = typeof TaskTemplateDoc.Type

export const TeamDoc = Schema.Struct({
  id: TeamId,
  orgId: OrgId,
  name: Schema.String,
  description: Schema.String,
  /** Tokens that a task and all it dispatches may use in a run; absent or 0: no limit. */
  runTokensMax: Schema.optionalKey(Schema.Int),
  isArchived: Schema.Boolean,
  isPaused: Schema.Boolean,
  pausedReason: Schema.NullOr(Schema.String),
  /** Finishes what its members hold and takes nothing new; drained when they hold nothing any more. */
  isDraining: Schema.Boolean,
  halts: Schema.Array(HaltDoc),
  /** In the order they were made; absent when there never was one. */
  bookmarks: Schema.optionalKey(Schema.Array(BookmarkDoc)),
  /** The last that was saved stands last; absent when there never was one. */
  taskTemplates: Schema.optionalKey(Schema.Array(TaskTemplateDoc)),
  createdAt: Time,
  /** Tasks ever dispatched: the last human number given. */
  taskCount: Schema.Int,
  busRebuiltAt: MaybeTime,
  position: Position,
}).annotate({ identifier: "Team" })
export type TeamDoc = typeof TeamDoc.Type

export const Presence = Schema.Literals(["never", "online", "offline"])

/** Something about a member that an operator should look at. */
export const MemberNotice = Schema.Struct({
  kind: Schema.Literals(["inbox-quarantined", "entry-dead-lettered", "stop-ordered"]),
  text: Schema.String,
  at: Time,
})

export const MemberDoc = Schema.Struct({
  id: MemberId,
  teamId: TeamId,
  handle: Schema.String,
  name: Schema.String,
  role: MemberRole,
  runtime: Runtime,
  runtimeOptions: RuntimeOptions,
  slots: Schema.Int,
  skills: Schema.Array(Schema.String),
  placement: Schema.Literals(["local", "manual"]),
  /** Its part in the team, in words for it. */
  briefing: Schema.optionalKey(Schema.String),
  isRemoved: Schema.Boolean,
  isPaused: Schema.Boolean,
  /** Finishes what it holds and takes nothing new; drained when it holds nothing any more. */
  isDraining: Schema.Boolean,
  presence: Presence,
  presenceSince: MaybeTime,
  /** Why its runtime cannot work, in words for a person; null while it can, or while nobody hears of it. */
  blockedReason: Schema.NullOr(Schema.String),
  incarnation: Schema.NullOr(Schema.String),
  agentVersion: Schema.NullOr(Schema.String),
  host: Schema.NullOr(Schema.String),
  createdAt: Time,
  deadLetters: Schema.Int,
  notice: Schema.NullOr(MemberNotice),
  position: Position,
}).annotate({ identifier: "Member" })
export type MemberDoc = typeof MemberDoc.Type

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

export const ChatMessageDoc = Schema.Struct({
  id: MessageId,
  teamId: TeamId,
  text: Schema.String,
  author: Actor,
  mentions: Schema.Array(MemberId),
  taskId: Schema.NullOr(TaskId),
  /** Said between a person and a member; absent in the team's chat. */
  direct: Schema.optionalKey(Schema.Struct({ userId: UserId, memberId: MemberId })),
  /** Files that came with it. */
  attachments: Schema.optionalKey(Attachments),
  commandId: Schema.String,
  at: Time,
  position: Position,
}).annotate({ identifier: "ChatMessage" })
export type ChatMessageDoc = typeof ChatMessageDoc.Type

/** Work that comes again and again. Its next due times follow from `spec` and `after`. */
export const ScheduleDoc = Schema.Struct({
  id: ScheduleId,
  teamId: TeamId,
  spec: ScheduleSpec,
  isPaused: Schema.Boolean,
  isDeleted: Schema.Boolean,
  /** Due times are those after this instant. */
  after: Time,
  /** The newest due time that was settled, and how. */
  last: Schema.NullOr(
    Schema.Struct({ dueAt: Time, taskId: Schema.NullOr(TaskId), skipped: Schema.NullOr(SkipReason), at: Time }),
  ),
  fired: Schema.Int,
  skipped: Schema.Int,
  createdAt: Time,
  createdBy: Actor,
  position: Position,
}).annotate({ identifier: "Schedule" })
export type ScheduleDoc = typeof ScheduleDoc.Type

/** A schedule with the due times that come next; none while it is paused. */
export const ScheduleWithNext = Schema.Struct({ schedule: ScheduleDoc, next: Schema.Array(Time) })
export type ScheduleWithNext = typeof ScheduleWithNext.Type

export const UserDoc = Schema.Struct({
  id: UserId,
  orgId: OrgId,
  name: Schema.String,
  role: Role,
  createdAt: Time,
  position: Position,
}).annotate({
  identifier: "User",
})
export type UserDoc = typeof UserDoc.Type

/** A whole team as the team view shows it at one moment of its history. */
export const TeamView = Schema.Struct({
  team: Schema.NullOr(TeamDoc),
  members: Schema.Record(Schema.String, MemberDoc),
  /** Open tasks, and the newest closed ones up to a limit of the reducer. */
  tasks: Schema.Record(Schema.String, TaskDoc),
  /** Ids of closed tasks that are still held, oldest first. */
  closed: Schema.Array(Schema.String),
  chat: Schema.Array(ChatMessageDoc),
  /** Those that were not deleted. */
  schedules: Schema.Record(Schema.String, ScheduleDoc),
  /** Names of people, by user id, as far as they appear in this team's history. */
  position: Position,
  seq: Schema.Int,
}).annotate({ identifier: "TeamView" })
export type TeamView = typeof TeamView.Type

/** One event of a feed: gapless `seq` in its feed, `position` in the log. */
export const FeedEvent = Schema.Struct({
  seq: Schema.Int,
  position: Position,
  id: Schema.String,
  stream: Schema.String,
  revision: Schema.Int,
  type: Schema.String,
  schema: Schema.Int,
  data: Schema.Unknown,
  meta: Schema.Struct({
    org: OrgId,
    team: Schema.optionalKey(TeamId),
    actor: Actor,
    commandId: Schema.String,
    correlationId: Schema.String,
    causationId: Schema.optionalKey(Schema.String),
    traceparent: Schema.optionalKey(Schema.String),
  }),
  at: Time,
}).annotate({ identifier: "FeedEvent" })
export type FeedEvent = typeof FeedEvent.Type
