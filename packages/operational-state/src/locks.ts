import type { Sql } from "postgres"
import { answering } from "#src/answering.ts"
import { OperationalStateUnavailable } from "#src/errors.ts"
import { ANSWER_TIMEOUT_MILLIS, CLOSE_TIMEOUT_SECONDS, LOCK_CONNECTIONS, LOCK_WAIT_MILLIS } from "#src/limits.ts"
import type { Locks } from "#src/port.ts"
import { makeTurns } from "#src/turns.ts"

/** Keeps our advisory locks apart from those of migrations and of the log. */
const LOCK_SPACE = 0x6d75_736c
/** SQLSTATE of a statement that the server gave up after its time: here, it waited for another holder. */
const QUERY_CANCELED = "57014"

const isStillHeld = (error: unknown): boolean =>
  error instanceof OperationalStateUnavailable &&
  error.cause instanceof Error &&
  "code" in error.cause &&
  error.cause.code === QUERY_CANCELED

/**
 * Locks by name over all processes on one database. Each lock has a client of its own: it ends with its connection, so neither a
 * crash nor a connection that was lost on the way leaves one behind, and nobody waits on a connection that is dead.
 */
export const makeLocks = (open: () => Sql): Locks => {
  const turns = makeTurns(LOCK_CONNECTIONS)
  return {
    exclusively: async (name, work) => {
      await turns.take()
      const client = answering({ open, atOnce: 1, timeoutMillis: ANSWER_TIMEOUT_MILLIS })
      try {
        const giveUpAt = performance.now() + LOCK_WAIT_MILLIS
        for (;;)
          try {
            await client.ask((sql) => sql`select pg_advisory_lock(hashtextextended(${name}, ${LOCK_SPACE}))`)
            break
          } catch (error) {
            if (!isStillHeld(error) || performance.now() >= giveUpAt) throw error
          }
        return await work()
      } finally {
        await client.end({ timeout: CLOSE_TIMEOUT_SECONDS })
        turns.give()
      }
    },
  }
}
