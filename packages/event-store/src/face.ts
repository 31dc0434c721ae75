import type { EncodedRequest } from "#src/encode.ts"
import { PoisonedEvent } from "#src/errors.ts"
import { POLL_INTERVAL_MILLIS } from "#src/limits.ts"
import type { LogSink } from "#src/log-sink.ts"
import type { AppendRequest, AppendVerdict, EventStore, ReadAllOptions } from "#src/port.ts"
import type { Latch } from "#src/postgres/wake.ts"
import { subscribeByReading, type SubscriptionSource } from "#src/subscription.ts"
import type { Page } from "#src/tail.ts"

/** What an engine brings along. */
export interface Engine {
  readonly encode: (request: AppendRequest) => EncodedRequest | PoisonedEvent
  /** Brings a checked request to its verdict. Never rejects. */
  readonly submit: (request: EncodedRequest) => Promise<AppendVerdict>
  readonly reads: {
    readonly stream: EventStore["readStream"]
    readonly streams: EventStore["readStreams"]
    readonly all: (options: ReadAllOptions) => Promise<Page>
    readonly head: EventStore["head"]
    readonly generation: EventStore["generation"]
  }
  /** Reads for subscribers. */
  readonly readNew: SubscriptionSource["readAll"]
  /** Begins to hear of what others append. */
  readonly listen: () => void
  readonly latch: Pick<Latch, "beyond">
  readonly pollIntervalMillis?: number | undefined
  /** Ends all subscriptions. */
  readonly closing: AbortSignal
  readonly log: LogSink
}

/** The port over an engine. */
export const makeFace = (engine: Engine): EventStore => {
  const { encode, submit, reads, readNew, listen, latch, closing, log } = engine
  const { pollIntervalMillis = POLL_INTERVAL_MILLIS } = engine
  const source: SubscriptionSource = {
    readAll: readNew,
    waitBeyond: (cursor, signal) => latch.beyond(cursor, pollIntervalMillis, signal),
    log,
  }
  return {
    append: (requests) =>
      Promise.all(
        requests.map((request) => {
          const encoded = encode(request)
          return encoded instanceof PoisonedEvent
            ? Promise.resolve<AppendVerdict>({ ok: false, error: encoded })
            : submit(encoded)
        }),
      ),
    readStream: reads.stream,
    readStreams: reads.streams,
    readAll: async (read) => (await reads.all(read)).events,
    subscribe: (subscription) => {
      listen()
      return subscribeByReading(source, {
        ...subscription,
        signal: AbortSignal.any([subscription.signal, closing]),
      })
    },
    head: reads.head,
    generation: reads.generation,
  }
}
