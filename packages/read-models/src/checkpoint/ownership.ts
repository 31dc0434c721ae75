import { backoffMillis, pause } from "@muster/platform"
import { all, connect } from "#src/database.ts"
import { DatabaseFault } from "#src/errors.ts"
import { OWNERSHIP_POLL_MILLIS, RETRY } from "#src/limits.ts"
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
  /** Aborts when the lock's session is gone: somebody else may own the projection already. */
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
const ownInSession = async ({ url, name, signal }: OwnOptions): Promise<Ownership | undefined> => {
  const lost = new AbortController()
  const sql = connect({ url, name: "muster-projection-owner", connections: 1, onClosed: () => lost.abort() })
  const release = async () => {
    await sql.end({ timeout: 0 })
  }
  try {
    while (!signal.aborted && !lost.signal.aborted) {
      const rows = await all(sql<{ locked: boolean }[]>`
        SELECT pg_try_advisory_lock(${PROJECTION_LOCK_SPACE}, hashtext(${name})) AS locked`)
      if (rows[0]?.locked === true) {
        const row = await claim(sql, name)
        if (lost.signal.aborted) break
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
