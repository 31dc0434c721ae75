import { Schema } from "effect"

/** A UUID in lower-case canonical text. Streams and read models are keyed by it. */
const uuidText = Schema.String.check(Schema.isUUID())

export const OrgId = uuidText.pipe(Schema.brand("OrgId"))
export type OrgId = typeof OrgId.Type
export const TeamId = uuidText.pipe(Schema.brand("TeamId"))
export type TeamId = typeof TeamId.Type
export const MemberId = uuidText.pipe(Schema.brand("MemberId"))
export type MemberId = typeof MemberId.Type
export const TaskId = uuidText.pipe(Schema.brand("TaskId"))
export type TaskId = typeof TaskId.Type
/** One hand-over of a task to a member. It fences every report: only the current assignment may change the task. */
export const AssignmentId = uuidText.pipe(Schema.brand("AssignmentId"))
export type AssignmentId = typeof AssignmentId.Type
export const UserId = uuidText.pipe(Schema.brand("UserId"))
export type UserId = typeof UserId.Type
export const MessageId = uuidText.pipe(Schema.brand("MessageId"))
export type MessageId = typeof MessageId.Type
/** What people and one agent say to each other in the chat, from a beginning on: the agent remembers it. */
export const ConversationId = uuidText.pipe(Schema.brand("ConversationId"))
export type ConversationId = typeof ConversationId.Type
export const QuestionId = uuidText.pipe(Schema.brand("QuestionId"))
export type QuestionId = typeof QuestionId.Type
export const ApprovalId = uuidText.pipe(Schema.brand("ApprovalId"))
export type ApprovalId = typeof ApprovalId.Type
/** One life of a member's agent: credentials are issued to it and die with it. */
export const IncarnationId = uuidText.pipe(Schema.brand("IncarnationId"))
export type IncarnationId = typeof IncarnationId.Type
export const CommandId = uuidText.pipe(Schema.brand("CommandId"))
export type CommandId = typeof CommandId.Type
export const ScheduleId = uuidText.pipe(Schema.brand("ScheduleId"))
export type ScheduleId = typeof ScheduleId.Type
/** A moment of a team's history that somebody gave a name. */
export const BookmarkId = uuidText.pipe(Schema.brand("BookmarkId"))
export type BookmarkId = typeof BookmarkId.Type
export const TaskTemplateId = uuidText.pipe(Schema.brand("TaskTemplateId"))
export type TaskTemplateId = typeof TaskTemplateId.Type
export const EventId = uuidText.pipe(Schema.brand("EventId"))
export type EventId = typeof EventId.Type

/**
 * A place in the log: the decimal text of a uint64, without leading zeros. Compare with `comparePositions`, never as text.
 * "0" stands before the first event.
 */
export const Position = Schema.String.check(Schema.isPattern(/^(0|[1-9][0-9]{0,19})$/u)).pipe(Schema.brand("Position"))
export type Position = typeof Position.Type

export const START: Position = Position.make("0")

/** Negative when `a` is earlier. Lengths first: no BigInt is made on this path. */
export const comparePositions = (a: string, b: string): number =>
  a.length === b.length ? (a < b ? -1 : a > b ? 1 : 0) : a.length - b.length

/** Names of streams: one place, so that no two rooms spell them differently. */
export const streams = {
  org: (org: string) => `org-${org}`,
  team: (team: string) => `team-${team}`,
  member: (member: string) => `member-${member}`,
  task: (task: string) => `task-${task}`,
  chat: (team: string) => `chat-${team}`,
  files: (team: string) => `files-${team}`,
  user: (user: string) => `user-${user}`,
  schedule: (schedule: string) => `schedule-${schedule}`,
} as const
