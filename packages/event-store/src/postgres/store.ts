import { encodeRequest } from "#src/encode.ts"
import { makeFace } from "#src/face.ts"
import { CLOSE_TIMEOUT_SECONDS, READ_CONNECTIONS } from "#src/limits.ts"
import { type LogSink, silentSink } from "#src/log-sink.ts"
import type { EventStore } from "#src/port.ts"
import { type CommitterLimits, makeCommitter } from "#src/postgres/committer.ts"
import { faultOf } from "#src/postgres/faults.ts"
import { makeListener, notify } from "#src/postgres/listener.ts"
import { makeReads } from "#src/postgres/reads.ts"
import { makeSessions } from "#src/postgres/sessions.ts"
import { makeAnnouncer, makeLatch } from "#src/postgres/wake.ts"
import { makeTail } from "#src/tail.ts"

export interface PostgresEventStoreOptions {
  /** Connection string of the application's role. */
  readonly url: string
  readonly log?: LogSink
  /** For tests: smaller limits than those of limits.ts. */
  readonly limits?: Partial<CommitterLimits> & {
    readonly readDeadlineMillis?: number
    readonly pollIntervalMillis?: number
  }
}

export interface PostgresEventStore extends EventStore {
  /** Answers the appends it has taken, ends its subscriptions and its connections. */
  close(): Promise<void>
}

/**
 * The log on Postgres. Nothing is opened before it is needed: one connection for appends, up to `READ_CONNECTIONS` for
 * reads, one that listens once somebody subscribes.
 */
export const openPostgresEventStore = (options: PostgresEventStoreOptions): PostgresEventStore => {
  const { url, log = silentSink, limits = {} } = options
  const writing = makeSessions({ url, name: "muster-log-append", connections: 1 })
  const readingSessions = makeSessions({ url, name: "muster-log-read", connections: READ_CONNECTIONS })
  const reads = makeReads(readingSessions, limits.readDeadlineMillis)
  const closing = new AbortController()
  const tail = makeTail({ read: (read) => reads.all(read, closing.signal) })
  const latch = makeLatch()
  const listener = makeListener({ url, latch, log })
  const announcer = makeAnnouncer((position) => {
    // Only a hint: whoever misses it polls. It goes out after the commit, on its own, never inside the append.
    notify(readingSessions, position).catch((error: unknown) =>
      log.warn({ code: faultOf(error).code }, "other processes were not woken"),
    )
  })
  const committer = makeCommitter({
    sessions: writing,
    log,
    limits,
    onCommitted: (position, added) => {
      if (added !== undefined) tail.add(added.after, added.page)
      latch.advance(position)
      announcer.announce(position)
    },
  })

  return {
    ...makeFace({
      encode: encodeRequest,
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
      announcer.close()
      await Promise.all([
        writing.close(CLOSE_TIMEOUT_SECONDS),
        readingSessions.close(CLOSE_TIMEOUT_SECONDS),
        listener.close(),
      ])
    },
  }
}
