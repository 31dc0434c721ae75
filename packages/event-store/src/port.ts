import type { NewEvent, Position, RecordedEvent } from "@muster/domain"
import { Context } from "effect"
import type { LogUnavailable, Overloaded, PoisonedEvent, WrongExpectedRevision } from "#src/errors.ts"

/** One atomic write to one stream: all of its events are stored, in order and next to each other, or none. */
export interface AppendRequest {
  readonly stream: string
  /** 0 = the stream must not exist yet; n = its last event must have revision n; "any" = whatever it is. */
  readonly expectedRevision: number | "any"
  readonly events: readonly NewEvent[]
}

export type AppendVerdict =
  | {
      readonly ok: true
      /** Revision of the last event of this request. */
      readonly revision: number
      readonly firstPosition: Position
      readonly lastPosition: Position
      /** These very event ids were stored before (a retry): nothing was written now. */
      readonly alreadyStored?: true
    }
  | { readonly ok: false; readonly error: WrongExpectedRevision | PoisonedEvent | Overloaded | LogUnavailable }

export interface ReadStreamOptions {
  /** Only revisions above this one. Default 0. */
  readonly after?: number
  /** At most so many events. Default: `READ_LIMIT_EVENTS`. */
  readonly limit?: number
}

export interface ReadAllOptions {
  readonly after: Position
  readonly limit: number
}

export interface SubscribeOptions {
  readonly after: Position
  /** At most so many events in one batch. Default: `SUBSCRIPTION_BATCH_EVENTS`. */
  readonly batchSize?: number
  readonly signal: AbortSignal
}

/**
 * The log: an append-only sequence of events, cut into streams. Every engine keeps the same promises; `eventStoreContract`
 * in `@muster/event-store/testing` states them as tests.
 */
export interface EventStore {
  /**
   * Stores many requests; answers with one verdict each, in the order given. Requests are independent of each other: one
   * that is refused takes none with it. Two requests of one call to the same stream are done in the order given.
   * The promise never rejects for the fault of a request.
   */
  append(requests: readonly AppendRequest[]): Promise<readonly AppendVerdict[]>
  /** Events of one stream by rising revision; an empty list when there is no such stream. Rejects with `LogUnavailable`. */
  readStream(stream: string, options?: ReadStreamOptions): Promise<readonly RecordedEvent[]>
  /**
   * Events of several streams from their beginning: those of one stream next to each other and by rising revision. At most
   * `READ_LIMIT_EVENTS`: as many mean that there may be more, and that the last stream may be incomplete. Rejects with `LogUnavailable`.
   */
  readStreams(streams: readonly string[]): Promise<readonly RecordedEvent[]>
  /** Events of all streams by rising position, those after `after`. Rejects with `LogUnavailable`. */
  readAll(options: ReadAllOptions): Promise<readonly RecordedEvent[]>
  /**
   * First what is stored after `after`, then what comes, in batches that are never empty, with no event left out and none
   * twice. It ends by `signal` (the loop just ends, nothing is thrown) and reconnects by itself.
   */
  subscribe(options: SubscribeOptions): AsyncIterable<readonly RecordedEvent[]>
  /** Position of the newest event, "0" when there is none. Rejects with `LogUnavailable`. */
  head(): Promise<Position>
  /** Changes when the log was restored from a copy: cursors of another generation are worthless. Rejects with `LogUnavailable`. */
  generation(): Promise<string>
}

/** The log as an Effect service; an engine's layer provides it. */
export const EventStore = Context.Service<EventStore>("@muster/event-store/EventStore")
