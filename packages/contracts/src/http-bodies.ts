import {
  CHAT_MAX_CHARS,
  DEPENDENCIES_MAX,
  DESCRIPTION_MAX_CHARS,
  Handle,
  INSTRUCTIONS_MAX_CHARS,
  Inputs,
  Instant,
  MemberId,
  MemberRole,
  MENTIONS_MAX,
  NAME_MAX_CHARS,
  Position,
  Priority,
  REASON_MAX_CHARS,
  RequiredText,
  RetryPolicy,
  Role,
  Runtime,
  RuntimeOptions,
  SKILL_MAX_CHARS,
  SKILLS_MAX,
  SLOTS_MAX,
  TaskId,
  Text,
  TimeLimitMillis,
  TITLE_MAX_CHARS,
} from "@muster/domain"
import { Schema } from "effect"
import { BULK_MAX_TASKS } from "#src/http-limits.ts"

/** Bodies and replies of the HTTP API that are no documents of their own. */

export const key = Schema.optionalKey
export const list = <S extends Schema.Top>(items: S) =>
  Schema.Struct({ items: Schema.Array(items), next: Schema.NullOr(Schema.String) })
export const intText = (minimum: number, maximum: number) =>
  Schema.FiniteFromString.check(Schema.isInt(), Schema.isBetween({ minimum, maximum }))

/** Answer of every command: what it concerns and the position from which reads show it. */
export const Accepted = Schema.Struct({ id: Schema.String, position: Position }).annotate({ identifier: "Accepted" })
export type Accepted = typeof Accepted.Type

export const Session = Schema.Struct({
  user: Schema.Struct({ id: Schema.String, name: Schema.String, role: Role }),
  org: Schema.Struct({ id: Schema.String, name: Schema.String }),
  expiresAt: Schema.String,
}).annotate({ identifier: "Session" })
export type Session = typeof Session.Type

export const ExchangeRequest = Schema.Struct({ code: RequiredText(256), name: key(RequiredText(NAME_MAX_CHARS)) })
export const NewTeam = Schema.Struct({
  name: RequiredText(NAME_MAX_CHARS),
  description: key(Text(DESCRIPTION_MAX_CHARS)),
})
export type NewTeam = typeof NewTeam.Type
export const TeamPatch = Schema.Struct({
  name: key(RequiredText(NAME_MAX_CHARS)),
  description: key(Text(DESCRIPTION_MAX_CHARS)),
})

export const NewMember = Schema.Struct({
  handle: Handle,
  name: key(RequiredText(NAME_MAX_CHARS)),
  role: key(MemberRole),
  runtime: Runtime,
  runtimeOptions: key(RuntimeOptions),
  slots: key(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: SLOTS_MAX }))),
  skills: key(Schema.Array(RequiredText(SKILL_MAX_CHARS)).check(Schema.isMaxLength(SKILLS_MAX))),
  placement: key(Schema.Literals(["local", "manual"])),
})
export type NewMember = typeof NewMember.Type
export const MemberPatch = Schema.Struct({
  handle: key(Handle),
  name: key(RequiredText(NAME_MAX_CHARS)),
  role: key(MemberRole),
  runtime: key(Runtime),
  runtimeOptions: key(RuntimeOptions),
  slots: key(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: SLOTS_MAX }))),
  skills: key(Schema.Array(RequiredText(SKILL_MAX_CHARS)).check(Schema.isMaxLength(SKILLS_MAX))),
})

/** `memberId` absent: the team's leader. Only `title` is required. */
export const DispatchRequest = Schema.Struct({
  title: RequiredText(TITLE_MAX_CHARS),
  instructions: key(Text(INSTRUCTIONS_MAX_CHARS)),
  memberId: key(MemberId),
  inputs: key(Inputs),
  runtimeOptions: key(RuntimeOptions),
  priority: key(Priority),
  retry: key(RetryPolicy),
  timeLimitMillis: key(TimeLimitMillis),
  deadlineAt: key(Instant),
  notBefore: key(Instant),
  after: key(Schema.Array(TaskId).check(Schema.isMaxLength(DEPENDENCIES_MAX))),
}).annotate({ identifier: "DispatchRequest" })
export type DispatchRequest = typeof DispatchRequest.Type

/** Each item is decided by itself: one bad item costs no other. */
export const BulkDispatchRequest = Schema.Struct({
  tasks: Schema.Array(DispatchRequest).check(Schema.isMinLength(1), Schema.isMaxLength(BULK_MAX_TASKS)),
})
export const BulkVerdict = Schema.Union([
  Schema.Struct({ ok: Schema.Literal(true), id: TaskId, position: Position }),
  Schema.Struct({ ok: Schema.Literal(false), type: Schema.String, detail: Schema.String }),
])
export const BulkReply = Schema.Struct({ verdicts: Schema.Array(BulkVerdict), position: Position })

export const Reason = Schema.Struct({ reason: key(Text(REASON_MAX_CHARS)) })
export const Retarget = Schema.Struct({ memberId: key(MemberId) })
export const Empty = Schema.Struct({})
export const NewChatMessage = Schema.Struct({
  text: RequiredText(CHAT_MAX_CHARS),
  mentions: key(Schema.Array(MemberId).check(Schema.isMaxLength(MENTIONS_MAX))),
  taskId: key(TaskId),
})

export const Enrollment = Schema.Struct({
  token: Schema.String,
  expiresAt: Schema.String,
  controlPlaneUrl: Schema.String,
}).annotate({
  identifier: "Enrollment",
})

/** A bus entry that could not be understood, as the dead-letter stream of a member keeps it. */
export const DeadLetter = Schema.Struct({
  memberId: MemberId,
  stream: Schema.String,
  entryId: Schema.String,
  reason: Schema.String,
  at: Schema.String,
  position: Position,
}).annotate({ identifier: "DeadLetter" })
