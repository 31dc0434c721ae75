import type { Sql } from "postgres"
import { asking } from "#src/database.ts"
import type { Locks } from "#src/port.ts"

/** Keeps our advisory locks apart from those of migrations and of the log. */
const LOCK_SPACE = 0x6d75_736c

/**
 * Locks by name over all processes on one database. `sql` is a pool of its own: who waits for a lock must not take the
 * connection that its holder needs for something else. A lock ends with its connection, so a crash leaves none behind.
 */
export const makeLocks = (sql: Sql): Locks => ({
  exclusively: async (name, work) => {
    const connection = await asking(() => sql.reserve())
    try {
      await asking(() => connection`select pg_advisory_lock(hashtextextended(${name}, ${LOCK_SPACE}))`)
      try {
        return await work()
      } finally {
        await asking(() => connection`select pg_advisory_unlock(hashtextextended(${name}, ${LOCK_SPACE}))`)
      }
    } finally {
      connection.release()
    }
  },
})
