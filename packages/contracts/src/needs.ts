import {
  ApprovalId,
  BusStream,
  DeadLetterReason,
  FailureReason,
  LeaseLossReason,
  MemberId,
  NEEDS_MARKED_MAX,
  Instant,
  NeedId,
  Position,
  QuestionId,
  TaskId,
  TeamId,
} from "@muster/domain"
import { Schema } from "effect"
import { NEEDS_COUNTED_MAX } from "#src/http-limits.ts"
import { Time } from "#src/time.ts"

/** What waits for people, over all teams. Folded by `projections`, stored by `read-models`, sent as it is. */

/** In the order of the list: agents that stand still for an answer come first. */
export const needKinds = ["approval", "question", "stuck", "failed", "dead-letter"] as const
export const NeedKind = Schema.Literals(needKinds)
export type NeedKind = typeof NeedKind.Type

/** What it is about, and what a person needs to see to deal with it in place. */
export const NeedAbout = Schema.Union([
  Schema.Struct({
    type: Schema.Literal("approval"),
    approvalId: ApprovalId,
    action: Schema.String,
    /** The exact arguments, often JSON. */
    detail: Schema.String,
    /** Of what is asked; a decision has to carry it. */
    hash: Schema.String,
  }),
  Schema.Struct({
    type: Schema.Literal("question"),
    questionId: QuestionId,
    text: Schema.String,
    choices: Schema.Array(Schema.String),
  }),
  /** The agent that held the task was lost, and nobody has taken it up again. */
  Schema.Struct({ type: Schema.Literal("lost"), reason: LeaseLossReason }),
  /** The runtime of a member cannot work. */
  Schema.Struct({ type: Schema.Literal("blocked"), reason: Schema.String }),
  Schema.Struct({ type: Schema.Literal("failed"), run: Schema.Int, reason: FailureReason, message: Schema.String }),
  Schema.Struct({ type: Schema.Literal("expired"), run: Schema.Int, deadlineAt: Schema.String }),
  Schema.Struct({
    type: Schema.Literal("dead-task"),
    run: Schema.Int,
    reason: DeadLetterReason,
    message: Schema.String,
  }),
  /** An entry of the bus that nobody understood; `entry` is the position under which it is settled. */
  Schema.Struct({ type: Schema.Literal("dead-entry"), entry: Position, stream: BusStream, reason: Schema.String }),
])
export type NeedAbout = typeof NeedAbout.Type

/** One thing that waits, the same for everybody. */
export const NeedDoc = Schema.Struct({
  id: NeedId,
  kind: NeedKind,
  teamId: TeamId,
  task: Schema.NullOr(Schema.Struct({ id: TaskId, number: Schema.Int, title: Schema.String })),
  /** Whose agent it is about; null when it is nobody's. */
  memberId: Schema.NullOr(MemberId),
  since: Time,
  /** Of the event that made it wait. */
  position: Position,
  about: NeedAbout,
}).annotate({ identifier: "Need" })
export type NeedDoc = typeof NeedDoc.Type

/** As one person sees it. */
export const NeedItem = Schema.Struct({
  ...NeedDoc.fields,
  teamName: Schema.String,
  memberHandle: Schema.NullOr(Schema.String),
  /** Their own mark, while it holds. */
  mark: Schema.NullOr(
    Schema.Union([
      Schema.Struct({ kind: Schema.Literal("done") }),
      Schema.Struct({ kind: Schema.Literal("snoozed"), until: Time }),
    ]),
  ),
}).annotate({ identifier: "NeedItem" })
export type NeedItem = typeof NeedItem.Type

/** Which of the list: what waits now, what comes back later, what the person has put aside. */
export const NeedShow = Schema.Literals(["open", "snoozed", "done"])
export type NeedShow = typeof NeedShow.Type

/** A page of the list. The numbers are of all that waits for the person now, whatever the page shows. */
export const NeedsPage = Schema.Struct({
  items: Schema.Array(NeedItem),
  next: Schema.NullOr(Schema.String),
  total: Schema.Int.annotate({ description: `At most ${NEEDS_COUNTED_MAX}: there may be more then` }),
  counts: Schema.Record(NeedKind, Schema.Int),
  /** When the next snoozed thing comes back; null while none is snoozed. */
  nextReturnAt: Schema.NullOr(Time),
  /** The server's clock, which `nextReturnAt` goes by. */
  now: Time,
}).annotate({ identifier: "NeedsPage" })
export type NeedsPage = typeof NeedsPage.Type

/** `none` puts something back on one's list. */
export const NeedMarkRequest = Schema.Struct({
  needs: Schema.Array(NeedId).check(Schema.isMinLength(1), Schema.isMaxLength(NEEDS_MARKED_MAX)),
  mark: Schema.Union([
    Schema.Struct({ kind: Schema.Literal("none") }),
    Schema.Struct({ kind: Schema.Literal("done") }),
    Schema.Struct({ kind: Schema.Literal("snoozed"), until: Instant }),
  ]),
}).annotate({ identifier: "NeedMarkRequest" })
export type NeedMarkRequest = typeof NeedMarkRequest.Type
