import type { Sql } from "postgres"
import { asking } from "#src/database.ts"
import { LEASE_STATEMENT_TIMEOUT_MILLIS } from "#src/limits.ts"

/** Runs the statements that leases are made of. */
export interface LeaseSessions {
  /** Fails with OperationalStateUnavailable, in time. */
  readonly ask: <A>(statement: (sql: Sql) => Promise<A>) => Promise<A>
  readonly end: (options: { readonly timeout: number }) => Promise<void>
}

/** The connection says nothing at all: it is dead without knowing it. */
class NotAnswered extends Error {
  override readonly name = "NotAnswered"
}

/**
 * A connection of its own for leases, so that nothing else can make a beat wait; one that does not answer in time is left to itself
 * and replaced, since the next beat must not stand in its queue.
 */
export const leaseSessions = (open: () => Sql): LeaseSessions => {
  let current = open()
  /** Ends of connections that were given up. */
  const ending = new Set<Promise<void>>()

  const replace = (sql: Sql): void => {
    if (sql !== current) return
    current = open()
    const end = sql.end({ timeout: 0 }).finally(() => ending.delete(end))
    ending.add(end)
  }

  return {
    ask: (statement) =>
      asking(async () => {
        const sql = current
        let timer: NodeJS.Timeout | undefined
        const late = new Promise<never>((_, reject) => {
          timer = setTimeout(() => {
            replace(sql)
            reject(new NotAnswered("a lease's statement was not answered in time"))
          }, LEASE_STATEMENT_TIMEOUT_MILLIS)
        })
        try {
          return await Promise.race([statement(sql), late])
        } finally {
          clearTimeout(timer)
        }
      }),
    end: async (options) => {
      await Promise.all([current.end(options), ...ending])
    },
  }
}
