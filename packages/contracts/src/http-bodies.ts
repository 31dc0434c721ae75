import {
  Attachment,
  AttachmentName,
  ATTACHMENTS_MAX,
  BRIEFING_MAX_CHARS,
  BusStream,
  CatchUpPolicy,
  CHAT_MAX_CHARS,
  CronText,
  DEPENDENCIES_MAX,
  DESCRIPTION_MAX_CHARS,
  exactlyOneTarget,
  Handle,
  INSTRUCTIONS_MAX_CHARS,
  Inputs,
  Instant,
  MemberId,
  MemberRole,
  MENTIONS_MAX,
  NAME_MAX_CHARS,
  OverlapPolicy,
  phases,
  PoolTarget,
  Position,
  Priority,
  REASON_MAX_CHARS,
  RequiredText,
  RetryPolicy,
  Role,
  RunTokensMax,
  Runtime,
  RuntimeOptions,
  Sha256,
  SKILL_MAX_CHARS,
  SKILLS_MAX,
  SLOTS_MAX,
  TaskId,
  Text,
  TimeLimitMillis,
  TimeZone,
  TITLE_MAX_CHARS,
} from "@muster/domain"
import { Schema } from "effect"
import { BULK_MAX_TASKS, TEAM_MEMBERS_AT_ONCE_MAX } from "#src/http-limits.ts"

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
export const TeamPatch = Schema.Struct({
  name: key(RequiredText(NAME_MAX_CHARS)),
  description: key(Text(DESCRIPTION_MAX_CHARS)),
  /** Tokens that a task and all it dispatches may use in a run; 0: no limit. */
  runTokensMax: key(RunTokensMax),
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
  briefing: key(Text(BRIEFING_MAX_CHARS)),
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
  /** Empty: it has none any more. */
  briefing: key(Text(BRIEFING_MAX_CHARS)),
})

/** A roster that a team may begin with: every handle once, at most one leader. */
const isRoster = Schema.makeFilter((members: readonly NewMember[]) => {
  const handles = new Set(members.map(({ handle }) => handle))
  if (handles.size < members.length) return "must not name the same handle twice"
  return members.filter(({ role }) => role === "leader").length > 1 ? "must have at most one leader" : undefined
})

export const NewMembers = Schema.Array(NewMember).check(Schema.isMaxLength(TEAM_MEMBERS_AT_ONCE_MAX), isRoster)

/** `members`: who is in it from the beginning. Repeated with its idempotency key, what was broken off in the middle is completed. */
export const NewTeam = Schema.Struct({
  name: RequiredText(NAME_MAX_CHARS),
  description: key(Text(DESCRIPTION_MAX_CHARS)),
  members: key(NewMembers),
})
export type NewTeam = typeof NewTeam.Type

/** Neither: the default of the request. */
const atMostOneTarget = Schema.makeFilter(
  ({ memberId, pool }: { readonly memberId?: MemberId; readonly pool?: PoolTarget }) =>
    memberId === undefined || pool === undefined ? undefined : "must not name both a memberId and a pool",
)
const target = { memberId: key(MemberId), pool: key(PoolTarget) }

const work = {
  title: RequiredText(TITLE_MAX_CHARS),
  instructions: key(Text(INSTRUCTIONS_MAX_CHARS)),
  ...target,
  inputs: key(Inputs),
  runtimeOptions: key(RuntimeOptions),
  priority: key(Priority),
  retry: key(RetryPolicy),
  timeLimitMillis: key(TimeLimitMillis),
}
const dispatch = {
  ...work,
  deadlineAt: key(Instant),
  notBefore: key(Instant),
  after: key(Schema.Array(TaskId).check(Schema.isMaxLength(DEPENDENCIES_MAX))),
}

/** A file that was uploaded to the team; under its newest name, unless it says another one that it was uploaded under. */
export const AttachmentRef = Schema.Struct({ sha256: Sha256, name: key(AttachmentName) })
export type AttachmentRef = typeof AttachmentRef.Type
const attachments = key(Schema.Array(AttachmentRef).check(Schema.isMaxLength(ATTACHMENTS_MAX)))

/** Answer of an upload: what the server saw in the bytes. */
export const UploadedFile = Schema.Struct({ ...Attachment.fields, position: Position }).annotate({
  identifier: "UploadedFile",
})
export type UploadedFile = typeof UploadedFile.Type

/** `memberId` and `pool` absent: the team's leader. `pool`: any member who has all of its skills. Only `title` is required. */
export const DispatchRequest = Schema.Struct({ ...dispatch, attachments })
  .check(atMostOneTarget)
  .annotate({ identifier: "DispatchRequest" })
export type DispatchRequest = typeof DispatchRequest.Type

const Ref = Schema.String.check(Schema.isPattern(/^[A-Za-z0-9_.-]{1,64}$/u))

/** An item of a bulk dispatch may name itself, and wait for others of the same request by their names. */
export const BulkDispatchItem = Schema.Struct({
  ...dispatch,
  ref: key(Ref),
  afterRefs: key(Schema.Array(Ref).check(Schema.isMaxLength(DEPENDENCIES_MAX))),
})
  .check(atMostOneTarget)
  .annotate({ identifier: "BulkDispatchItem" })
export type BulkDispatchItem = typeof BulkDispatchItem.Type

/** Each item is decided by itself: one bad item costs no other but those that wait for it. */
export const BulkDispatchRequest = Schema.Struct({
  tasks: Schema.Array(BulkDispatchItem).check(Schema.isMinLength(1), Schema.isMaxLength(BULK_MAX_TASKS)),
})
export const BulkVerdict = Schema.Union([
  Schema.Struct({ ok: Schema.Literal(true), id: TaskId, position: Position }),
  Schema.Struct({ ok: Schema.Literal(false), type: Schema.String, detail: Schema.String }),
])
export const BulkReply = Schema.Struct({ verdicts: Schema.Array(BulkVerdict), position: Position })

export const Reason = Schema.Struct({ reason: key(Text(REASON_MAX_CHARS)) })
/** Whom a new run goes to; nobody named: whom the last one was for. */
export const Retarget = Schema.Struct(target).check(atMostOneTarget)
/** Whom work that waits is given to. */
export const Reassign = Schema.Struct(target).check(exactlyOneTarget)
/** `cancelQueued`: what has not begun is cancelled as well. */
export const HaltRequest = Schema.Struct({ reason: RequiredText(REASON_MAX_CHARS), cancelQueued: key(Schema.Boolean) })
export const ReleaseRequest = Schema.Struct({ reason: RequiredText(REASON_MAX_CHARS) })

const TaskFilter = Schema.Struct({
  phase: key(Schema.Literals(phases)),
  state: key(Schema.Literals(["open", "closed"])),
  member: key(MemberId),
  q: key(Text(200)),
})
const selection = {
  ids: key(Schema.Array(TaskId).check(Schema.isMinLength(1), Schema.isMaxLength(BULK_MAX_TASKS))),
  /** The newest tasks that match, at most so many as `ids` may have. */
  filter: key(TaskFilter),
}
const exactlyOneSelection = Schema.makeFilter(
  ({ ids, filter }: { readonly ids?: unknown; readonly filter?: unknown }) =>
    (ids === undefined) !== (filter === undefined) ? undefined : "must have either ids or a filter",
)
/** Tasks that are cancelled or discarded together. */
export const BulkTaskReason = Schema.Struct({ ...selection, reason: key(Text(REASON_MAX_CHARS)) }).check(
  exactlyOneSelection,
)
/** Tasks that get a new run together. */
export const BulkTaskRetarget = Schema.Struct({ ...selection, ...target }).check(exactlyOneSelection, atMostOneTarget)

/** Waiting tasks that are given to somebody else together. */
export const BulkTaskReassign = Schema.Struct({ ...selection, ...target }).check(exactlyOneSelection, exactlyOneTarget)

const refusal = { ok: Schema.Literal(false), type: Schema.String, detail: Schema.String }
export const TaskVerdict = Schema.Union([
  Schema.Struct({ id: TaskId, ok: Schema.Literal(true), position: Position }),
  Schema.Struct({ id: TaskId, ...refusal }),
])
export type TaskVerdict = typeof TaskVerdict.Type
/** One verdict for each task. `hasMore`: the filter matches more than were looked at. */
export const BulkTaskReply = Schema.Struct({
  verdicts: Schema.Array(TaskVerdict),
  position: Position,
  hasMore: Schema.Boolean,
}).annotate({ identifier: "BulkTaskReply" })
export type BulkTaskReply = typeof BulkTaskReply.Type

/** Dead-lettered bus entries, by the positions under which they are listed. */
export const DeadLetterSelection = Schema.Struct({
  entries: Schema.Array(Position).check(Schema.isMinLength(1), Schema.isMaxLength(BULK_MAX_TASKS)),
  reason: key(Text(REASON_MAX_CHARS)),
})
export const DeadLetterVerdict = Schema.Union([
  Schema.Struct({ entry: Position, ok: Schema.Literal(true), position: Position }),
  Schema.Struct({ entry: Position, ...refusal }),
])
export type DeadLetterVerdict = typeof DeadLetterVerdict.Type
export const DeadLetterReply = Schema.Struct({
  verdicts: Schema.Array(DeadLetterVerdict),
  position: Position,
}).annotate({ identifier: "DeadLetterReply" })

/** The work of a schedule; `memberId` and `pool` absent: the team's leader as it is now. */
const TemplateRequest = Schema.Struct(work).check(atMostOneTarget)
export type TemplateRequest = typeof TemplateRequest.Type
export const NewSchedule = Schema.Struct({
  name: RequiredText(NAME_MAX_CHARS),
  cron: CronText,
  timeZone: key(TimeZone),
  overlap: key(OverlapPolicy),
  catchUp: key(CatchUpPolicy),
  task: TemplateRequest,
}).annotate({ identifier: "NewSchedule" })
export type NewSchedule = typeof NewSchedule.Type
export const SchedulePatch = Schema.Struct({
  name: key(RequiredText(NAME_MAX_CHARS)),
  cron: key(CronText),
  timeZone: key(TimeZone),
  overlap: key(OverlapPolicy),
  catchUp: key(CatchUpPolicy),
  task: key(TemplateRequest),
})

export const OrganisationDoc = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  isHalted: Schema.Boolean,
  haltReason: Schema.String,
}).annotate({ identifier: "Organisation" })
export const Empty = Schema.Struct({})
export const NewChatMessage = Schema.Struct({
  text: RequiredText(CHAT_MAX_CHARS),
  mentions: key(Schema.Array(MemberId).check(Schema.isMaxLength(MENTIONS_MAX))),
  taskId: key(TaskId),
  /** Said to this member alone, beside the team's chat: its turn, whatever is mentioned. */
  to: key(MemberId),
  attachments,
})

export const Enrollment = Schema.Struct({
  token: Schema.String,
  expiresAt: Schema.String,
  controlPlaneUrl: Schema.String,
}).annotate({
  identifier: "Enrollment",
})

/** A bus entry that could not be understood, and what became of it. */
export const DeadLetter = Schema.Struct({
  memberId: MemberId,
  stream: BusStream,
  entryId: Schema.String,
  reason: Schema.String,
  /** The body as it was; null when it could not be read any more, or an earlier version did not keep it. */
  raw: Schema.NullOr(Schema.String),
  isRawTruncated: Schema.Boolean,
  /** The task and attempt it was about, when that is known. */
  taskId: Schema.NullOr(TaskId),
  attempt: Schema.NullOr(Schema.Int),
  at: Schema.String,
  state: Schema.Literals(["kept", "redriven", "discarded"]),
  settledAt: Schema.NullOr(Schema.String),
  position: Position,
}).annotate({ identifier: "DeadLetter" })
export type DeadLetter = typeof DeadLetter.Type
