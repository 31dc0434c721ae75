import {
  Actor,
  BookmarkId,
  Attachments,
  HaltScope,
  MemberId,
  MemberRole,
  MessageId,
  OrgId,
  Position,
  Role,
  Runtime,
  RuntimeOptions,
  ScheduleId,
  ScheduleSpec,
  SkipReason,
  TaskDraft,
  TaskId,
  TaskTemplateId,
  TeamId,
  UserId,
} from "@muster/domain"
import { Schema } from "effect"
import { TaskDoc } from "#src/task-views.ts"
import { MaybeTime, Time } from "#src/time.ts"

/** What people see of a thing. Folded by `projections`, stored by `read-models`, sent as it is. */

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
