import { backoffMillis, pause } from "@muster/platform"
import { all, connect } from "#src/database.ts"
import { DatabaseFault } from "#src/errors.ts"
import { OWNERSHIP_BEAT_MILLIS, OWNERSHIP_LEASE_MILLIS, OWNERSHIP_POLL_MILLIS, RETRY } from "#src/limits.ts"
import type { LogSink } from "#src/log-sink.ts"
import { FEED_VERSION } from "@muster/contracts"
import { Position, START } from "@muster/domain"
import type postgres from "postgres"

/** First key of the advisory locks of projections; the second is the hash of the projection's name. */
const PROJECTION_LOCK_SPACE = 0x6d75_726d

/** The right to write the projection, as it stood when it was taken. */
export interface Ownership {
  readonly name: string
  /** Counts owners. A write under an earlier epoch changes nothing. */
  readonly epoch: string
  readonly position: Position
  /** Of the log that was projected; empty when none was yet. */
  readonly generation: string
  /** Of the reducers that projected it. */
  readonly feedVersion: number
  /** Aborts when the lock's session is gone or silent: somebody else may own the projection already. */
  readonly lost: AbortSignal
  readonly release: () => Promise<void>
}

interface Claimed {
  readonly position: string
  readonly generation: string
  readonly feed_version: number
  readonly owner_epoch: string
}

const claim = async (sql: postgres.Sql, name: string): Promise<Claimed> => {
  const rows = await all(sql<Claimed[]>`
    INSERT INTO rm.checkpoint (name, position, generation, feed_version, owner_epoch)
    VALUES (${name}, ${START}, '', ${FEED_VERSION}, 1)
    ON CONFLICT (name) DO UPDATE SET owner_epoch = checkpoint.owner_epoch + 1
    RETURNING position, generation, feed_version, owner_epoch`)
  const row = rows[0]
  if (row === undefined) throw new Error("invariant: an upsert returns its row")
  return row
}

/**
 * Ends the session that holds the lock when it was not heard for too long: its process is stopped where it stands, or cut off, and a
 * session without a word keeps its lock for ever. What it wrote or may still send is fenced by its epoch.
 */
const evictSilent = async (sql: postgres.Sql, name: string): Promise<boolean> => {
  const rows = await all(sql<{ ended: boolean }[]>`
    SELECT pg_terminate_backend(a.pid) AS ended
    FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND l.classid::bigint = ${PROJECTION_LOCK_SPACE}::bigint
      AND l.objid::bigint = (hashtext(${name})::bigint & 4294967295)
      AND a.state_change < clock_timestamp() - ${OWNERSHIP_LEASE_MILLIS}::int * interval '1 millisecond'`)
  return rows.length > 0
}

/** Says a word in the session, so that nobody takes it for silent, until it ends; a session that does not answer is lost. */
const keepSpeaking = async (sql: postgres.Sql, lost: AbortController): Promise<void> => {
  while (!lost.signal.aborted) {
    await pause(OWNERSHIP_BEAT_MILLIS, lost.signal)
    if (lost.signal.aborted) return
    try {
      await all(sql`SELECT 1`)
    } catch {
      // Whatever was wrong with it: the session cannot be relied upon, and another one asks for the lock.
      lost.abort()
    }
  }
}

interface OwnOptions {
  readonly url: string
  readonly name: string
  readonly signal: AbortSignal
  readonly log: LogSink
}

/**
 * A session of its own that asks for the lock until it has it: a process that dies or hangs up lets go of the lock by that.
 * Undefined when the signal aborts or the session breaks first.
 */
const ownInSession = async ({ url, name, signal, log }: OwnOptions): Promise<Ownership | undefined> => {
  const lost = new AbortController()
  const sql = connect({ url, name: "muster-projection-owner", connections: 1, onClosed: () => lost.abort() })
  const release = async () => {
    lost.abort()
    await sql.end({ timeout: 0 })
  }
  try {
    while (!signal.aborted && !lost.signal.aborted) {
      const rows = await all(sql<{ locked: boolean }[]>`
        SELECT pg_try_advisory_lock(${PROJECTION_LOCK_SPACE}, hashtext(${name})) AS locked`)
      if (rows[0]?.locked === true) {
        const row = await claim(sql, name)
        if (lost.signal.aborted) break
        void keepSpeaking(sql, lost)
        const { generation, feed_version: feedVersion, owner_epoch: epoch } = row
        return {
          name,
          epoch,
          position: Position.make(row.position),
          generation,
          feedVersion,
          lost: lost.signal,
          release,
        }
      }
      if (await evictSilent(sql, name))
        log.warn({}, "the owner of the projection was not heard any more; its session was ended")
      await pause(OWNERSHIP_POLL_MILLIS, signal)
    }
  } catch (error) {
    await release()
    throw error
  }
  await release()
  return undefined
}

/** Waits until this process alone may write the projection, through any outage; undefined when the signal aborts first. */
export const ownProjection = async (options: OwnOptions): Promise<Ownership | undefined> => {
  for (let failures = 0; !options.signal.aborted; failures += 1) {
    try {
      const ownership = await ownInSession(options)
      if (ownership !== undefined) return ownership
    } catch (error) {
      if (!(error instanceof DatabaseFault)) throw error
      if (failures === 0) options.log.warn({ code: error.code }, "cannot ask for the projection's lock, trying again")
    }
    await pause(backoffMillis(RETRY, failures), options.signal)
  }
  return undefined
}
