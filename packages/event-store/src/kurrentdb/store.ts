import { encodeRequest } from "#src/encode.ts"
import { PoisonedEvent } from "#src/errors.ts"
import { type CommitterLimits, makeCommitter } from "#src/kurrentdb/committer.ts"
import { isLogStream } from "#src/kurrentdb/events.ts"
import { makeListener } from "#src/kurrentdb/listener.ts"
import { makeReads } from "#src/kurrentdb/reads.ts"
import { makeSessions } from "#src/kurrentdb/sessions.ts"
import { CLOSE_TIMEOUT_SECONDS, POLL_INTERVAL_MILLIS } from "#src/limits.ts"
import { type LogSink, silentSink } from "#src/log-sink.ts"
import type { AppendRequest, AppendVerdict, EventStore } from "#src/port.ts"
import { makeLatch } from "#src/postgres/wake.ts"
import { subscribeByReading } from "#src/subscription.ts"
import { makeTail } from "#src/tail.ts"
import type { Position } from "@muster/domain"

const MILLIS_PER_SECOND = 1000

export interface KurrentEventStoreOptions {
  /** Connection string of the client: `esdb://user:password@host:2113?tls=true`; names all nodes of a cluster, or `esdb+discover`. */
  readonly url: string
  readonly log?: LogSink
  /** For tests: smaller limits than those of limits.ts. */
  readonly limits?: Partial<CommitterLimits> & {
    readonly readDeadlineMillis?: number
    readonly pollIntervalMillis?: number
  }
}

export interface KurrentEventStore extends EventStore {
  /** Answers the appends it has taken, ends its subscriptions and its connections. */
  close(): Promise<void>
}

/** A request as it goes out, or why this engine does not take it: names and types that begin with "$" are the server's. */
const encode = (request: AppendRequest) => {
  const encoded = encodeRequest(request)
  if (encoded instanceof PoisonedEvent) return encoded
  const { stream, events } = encoded
  const isOurs = isLogStream(stream) && events.every((event) => !event.type.startsWith("$"))
  return isOurs ? encoded : new PoisonedEvent({ stream, reason: "the name of the stream or of a type is reserved" })
}

/**
 * The log on EventStoreDB or KurrentDB, on a server of its own. Nothing is opened before it is needed. Appends and reads go to
 * the leader.
 */
export const openKurrentEventStore = (options: KurrentEventStoreOptions): KurrentEventStore => {
  const { url, log = silentSink, limits = {} } = options
  const closing = new AbortController()
  const sessions = makeSessions(url)
  const reads = makeReads(sessions, closing.signal, limits.readDeadlineMillis)
  const latch = makeLatch()
  const listener = makeListener({ sessions, latch, log, closing: closing.signal })
  const tail = makeTail({ read: reads.all })
  const pollIntervalMillis = limits.pollIntervalMillis ?? POLL_INTERVAL_MILLIS
  const waitBeyond = (cursor: Position, signal: AbortSignal) => latch.beyond(cursor, pollIntervalMillis, signal)
  const committer = makeCommitter({ sessions, log, limits, onCommitted: latch.advance })

  return {
    append: (requests) =>
      Promise.all(
        requests.map((request) => {
          const encoded = encode(request)
          return encoded instanceof PoisonedEvent
            ? Promise.resolve<AppendVerdict>({ ok: false, error: encoded })
            : committer.submit(encoded)
        }),
      ),
    readStream: reads.stream,
    readStreams: reads.streams,
    readAll: async (read) => (await reads.all(read)).events,
    subscribe: (subscription) => {
      listener.start()
      const signal = AbortSignal.any([subscription.signal, closing.signal])
      return subscribeByReading({ readAll: tail.readAll, waitBeyond, log }, { ...subscription, signal })
    },
    head: reads.head,
    generation: reads.generation,
    close: async () => {
      closing.abort()
      await committer.close()
      await listener.stopped()
      await sessions.close(CLOSE_TIMEOUT_SECONDS * MILLIS_PER_SECOND)
    },
  }
}
