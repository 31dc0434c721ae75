import type { Cursor, FeedEvent, Problem, RangeReply, SubscribeReply, TeamView } from "@muster/contracts"

/** Where the line stands. */
export type Link =
  /** Nobody asked for a connection, or it was given up for good. */
  | { readonly kind: "closed" }
  /** Waiting to try again at `retryAtMillis`. */
  | { readonly kind: "waiting"; readonly retryAtMillis: number }
  | { readonly kind: "connecting"; readonly sinceMillis: number }
  /** Connected; the answer to the subscription is on its way. */
  | { readonly kind: "subscribing"; readonly sinceMillis: number }
  | { readonly kind: "open" }

/** Why the stream does not try any more. */
export type Ended = "session-ended" | "incompatible" | "refused" | "stopped"

export interface StreamState {
  readonly link: Link
  readonly ended: Ended | undefined
  /** A subscription was answered since the start: from then on a line that is down is one that was lost. */
  readonly wasOpen: boolean
  readonly isOnline: boolean
  /** What was applied so far. Advanced in one place: `advance` in core-events.ts. Null before the first snapshot. */
  readonly cursor: Cursor | null
  /** Events that cannot be applied yet, by seq: they came before the subscription's answer, or behind a gap. */
  readonly buffer: ReadonlyMap<number, FeedEvent>
  /** The newest event of the feed that we heard of. */
  readonly head: number
  /** Since when events are missing that we know of. */
  readonly gapSinceMillis: number | undefined
  /** When a snapshot came last that was no newer than what is here: the next one is not asked for at once. */
  readonly vainSnapshotMillis: number | undefined
  /** A range request is on its way. */
  readonly isRanging: boolean
  /** Counts subscriptions; answers to earlier ones are passed over. */
  readonly attempt: number
  /** Connections that failed in a row. */
  readonly failures: number
  readonly lastHeardMillis: number
  /** Since when the line is not live. */
  readonly troubledSinceMillis: number | undefined
}

export const initialState = (atMillis: number): StreamState => ({
  link: { kind: "closed" },
  ended: undefined,
  wasOpen: false,
  isOnline: true,
  cursor: null,
  buffer: new Map(),
  head: 0,
  gapSinceMillis: undefined,
  vainSnapshotMillis: undefined,
  isRanging: false,
  attempt: 0,
  failures: 0,
  lastHeardMillis: atMillis,
  troubledSinceMillis: atMillis,
})

/** What happens to a stream. Times are epoch milliseconds. */
export type Input = { readonly atMillis: number } & (
  | { readonly kind: "start" }
  /** What was shown when the page was last open. Counts only while nothing newer is here. */
  | { readonly kind: "remembered"; readonly cursor: Cursor; readonly view: TeamView }
  | { readonly kind: "stop" }
  | { readonly kind: "opened" }
  /** `unauthenticated`: the server does not know the session. `random` in [0, 1) spreads reconnections. */
  | { readonly kind: "closed"; readonly isUnauthenticated: boolean; readonly random: number }
  | { readonly kind: "subscribed"; readonly attempt: number; readonly reply: SubscribeReply; readonly random: number }
  | { readonly kind: "events"; readonly events: readonly FeedEvent[] }
  | { readonly kind: "head"; readonly head: number | undefined }
  | { readonly kind: "ranged"; readonly attempt: number; readonly reply: RangeReply }
  | { readonly kind: "bye"; readonly reason: "session-ended" | "shutting-down" }
  | { readonly kind: "tick" }
  /** The page became visible, was shown again, or a person asked to try now. */
  | { readonly kind: "check" }
  | { readonly kind: "network"; readonly isOnline: boolean }
)

/** What a stream wants done, in this order. */
export type Action =
  | { readonly kind: "connect" }
  | { readonly kind: "disconnect" }
  | { readonly kind: "subscribe"; readonly attempt: number; readonly since: Cursor | null }
  | { readonly kind: "range"; readonly attempt: number; readonly after: number; readonly limit: number }
  /** The state is this now, whatever it was. */
  | { readonly kind: "reset"; readonly view: TeamView }
  /** These came after it, each the next of the one before. */
  | { readonly kind: "apply"; readonly events: readonly FeedEvent[] }
  | { readonly kind: "refused"; readonly problem: Problem }

export interface Step {
  readonly state: StreamState
  readonly actions: readonly Action[]
}

/** What the status line shows. */
export type StreamStatus =
  | { readonly kind: "live" }
  /** No connection since then; the next try is due at `retryAtMillis`, or under way. */
  | { readonly kind: "reconnecting"; readonly sinceMillis: number; readonly retryAtMillis: number | undefined }
  /** Connected, and `behind` events are still to come (undefined: not known yet). */
  | { readonly kind: "catching-up"; readonly behind: number | undefined }
  | { readonly kind: "offline"; readonly sinceMillis: number }
  | { readonly kind: "session-ended" }
  /** The server speaks a newer version: reload the page. */
  | { readonly kind: "incompatible" }
  /** The server will not show this team. */
  | { readonly kind: "refused" }
  | { readonly kind: "stopped" }

export const statusOf = (state: StreamState): StreamStatus => {
  const { link, ended, cursor, head, isOnline, troubledSinceMillis, lastHeardMillis } = state
  const isBeginning = !state.wasOpen && state.failures === 0
  if (ended !== undefined) return { kind: ended }
  if (!isOnline) return { kind: "offline", sinceMillis: troubledSinceMillis ?? lastHeardMillis }
  if (link.kind === "open") {
    const behind = head - (cursor?.seq ?? 0)
    return behind > 0 ? { kind: "catching-up", behind } : { kind: "live" }
  }
  if (link.kind === "subscribing" || isBeginning) return { kind: "catching-up", behind: undefined }
  return {
    kind: "reconnecting",
    sinceMillis: troubledSinceMillis ?? lastHeardMillis,
    retryAtMillis: link.kind === "waiting" ? link.retryAtMillis : undefined,
  }
}
