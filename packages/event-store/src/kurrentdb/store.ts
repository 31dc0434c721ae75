import { encodeRequest } from "#src/encode.ts"
import { PoisonedEvent } from "#src/errors.ts"
import { makeFace } from "#src/face.ts"
import { makeCommitter } from "#src/kurrentdb/committer.ts"
import { isLogStream } from "#src/kurrentdb/events.ts"
import { makeListener } from "#src/kurrentdb/listener.ts"
import { makeReads } from "#src/kurrentdb/reads.ts"
import { makeSessions } from "#src/kurrentdb/sessions.ts"
import { CLOSE_TIMEOUT_SECONDS } from "#src/limits.ts"
import { type LogSink, silentSink } from "#src/log-sink.ts"
import type { AppendRequest, EventStore } from "#src/port.ts"
import { makeLatch } from "#src/postgres/wake.ts"
import type { QueueLimits } from "#src/queue.ts"
import { makeTail } from "#src/tail.ts"

const MILLIS_PER_SECOND = 1000

export interface KurrentEventStoreOptions {
  /** Connection string of the client: `esdb://user:password@host:2113?tls=true`; names all nodes of a cluster, or `esdb+discover`. */
  readonly url: string
  readonly log?: LogSink
  /** For tests: smaller limits than those of limits.ts. */
  readonly limits?: Partial<QueueLimits> & {
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
  const committer = makeCommitter({ sessions, log, limits, onCommitted: latch.advance })

  return {
    ...makeFace({
      encode,
      submit: committer.submit,
      reads,
      readNew: tail.readAll,
      listen: listener.start,
      latch,
      pollIntervalMillis: limits.pollIntervalMillis,
      closing: closing.signal,
      log,
    }),
    close: async () => {
      closing.abort()
      await committer.close()
      await listener.stopped()
      await sessions.close(CLOSE_TIMEOUT_SECONDS * MILLIS_PER_SECOND)
    },
  }
}
