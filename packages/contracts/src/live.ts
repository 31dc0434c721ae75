import { Schema } from "effect"
import { FeedEvent, TeamView } from "#src/views.ts"
import { Problem } from "#src/problem.ts"

/** The live feed over socket.io. The socket carries server → client only; commands go by HTTP. */

/** Where a viewer stands in a feed. A cursor of another generation or feed version is answered with a snapshot. */
export const Cursor = Schema.Struct({ generation: Schema.String, feedVersion: Schema.Int, seq: Schema.Int })
export type Cursor = typeof Cursor.Type

/** Raised when the reducers change what a snapshot holds. */
export const FEED_VERSION = 5

/** `team:<id>`: all that happens in a team. `needs:<organisation>`: what changed the list of what waits for people, in any of its teams. */
export const FeedName = Schema.String.check(Schema.isPattern(/^(?:team|needs):[0-9a-f-]{36}$/u))
/** Its snapshot is an empty team that says how far the feed goes: the list is read by `listNeeds`, page by page and for one person. */
export const needsFeed = (orgId: string): string => `needs:${orgId}`
export const teamFeed = (teamId: string): string => `team:${teamId}`

export const SubscribeRequest = Schema.Struct({ stream: FeedName, since: Schema.NullOr(Cursor) })
export type SubscribeRequest = typeof SubscribeRequest.Type

export const SubscribeReply = Schema.Union([
  Schema.Struct({
    mode: Schema.Literal("delta"),
    generation: Schema.String,
    feedVersion: Schema.Int,
    head: Schema.Int,
    events: Schema.Array(FeedEvent),
  }),
  Schema.Struct({
    mode: Schema.Literal("snapshot"),
    generation: Schema.String,
    feedVersion: Schema.Int,
    head: Schema.Int,
    /** Equal to `state.seq`. */
    asOf: Schema.Int,
    state: TeamView,
  }),
  Schema.Struct({ mode: Schema.Literal("refused"), problem: Problem }),
])
export type SubscribeReply = typeof SubscribeReply.Type

export const RangeRequest = Schema.Struct({ stream: FeedName, after: Schema.Int, limit: Schema.Int })
export const RangeReply = Schema.Union([
  Schema.Struct({ mode: Schema.Literal("range"), head: Schema.Int, events: Schema.Array(FeedEvent) }),
  Schema.Struct({ mode: Schema.Literal("refused"), problem: Problem }),
])
export type RangeReply = typeof RangeReply.Type

/** Names and payloads of what the server sends. */
export interface ServerToClient {
  readonly events: (message: { readonly stream: string; readonly events: readonly FeedEvent[] }) => void
  /** Heartbeat with the head of each subscribed stream. */
  readonly heads: (message: { readonly heads: { readonly [stream: string]: number }; readonly logHead: string }) => void
  /** Volatile: the output of a task has grown; fetch from where you are. */
  readonly output: (message: { readonly taskId: string; readonly assignmentId: string; readonly size: number }) => void
  /** The session ended: sign in again. */
  readonly bye: (message: { readonly reason: "session-ended" | "shutting-down" }) => void
}
export interface ClientToServer {
  readonly sub: (request: SubscribeRequest, reply: (reply: SubscribeReply) => void) => void
  readonly unsub: (request: { readonly stream: string }) => void
  readonly range: (request: typeof RangeRequest.Type, reply: (reply: RangeReply) => void) => void
}

export const HEARTBEAT_MILLIS = 10_000
/** Silence after which a client closes its connection and makes a new one. */
export const SILENCE_MILLIS = 15_000
/** A viewer that is further behind gets a snapshot. */
export const DELTA_MAX_EVENTS = 2_000
