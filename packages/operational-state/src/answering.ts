import type { Sql } from "postgres"
import { dense } from "@muster/platform"
import { OperationalStateUnavailable } from "#src/errors.ts"

/** Runs statements, on connections that are known to answer. */
export interface Answering {
  /** Fails with OperationalStateUnavailable, in time. Nothing is known then of what the statement did. */
  readonly ask: <A>(statement: (sql: Sql) => Promise<A>) => Promise<A>
  readonly end: (options: { readonly timeout: number }) => Promise<void>
}

/** The connection says nothing at all: it is dead without knowing it. */
class NotAnswered extends Error {
  override readonly name = "NotAnswered"
}

/** A list as PostgreSQL writes it: the driver knows no types of arrays here. For numbers and ids, which need no quotes. */
export const arrayOf = (items: readonly (number | string)[]): string => `{${items.join(",")}}`

/** Codes of the driver, of the system and of a server that goes away: the connection is gone, or nobody knows. */
const LOST = /^(?:08|57P0[1-5]|CONNECT|E[A-Z_]+$)/u

const isLost = (error: unknown): boolean =>
  error instanceof NotAnswered ||
  (error instanceof Error && "code" in error && typeof error.code === "string" && LOST.test(error.code))

/**
 * Keeps a client of the driver that answers. One whose connection is lost, or that does not answer within `timeoutMillis` (half open: the
 * far side is gone and nobody said so), is left to itself and replaced as a whole: the next statement must not stand in its queue,
 * and the driver never answers what it hands to a connection between its error and its close.
 */
export const answering = (open: () => Sql, timeoutMillis: number): Answering => {
  let current = open()
  /** Ends of clients that were given up. */
  const ending = new Set<Promise<void>>()

  const replace = (sql: Sql): void => {
    if (sql !== current) return
    current = open()
    const end = sql.end({ timeout: 0 }).finally(() => ending.delete(end))
    ending.add(end)
  }

  return {
    ask: async (statement) => {
      const sql = current
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new NotAnswered("a statement was not answered in time")), timeoutMillis)
      })
      try {
        return dense(await Promise.race([statement(sql), late]))
      } catch (cause) {
        if (isLost(cause)) replace(sql)
        throw new OperationalStateUnavailable({ cause })
      } finally {
        clearTimeout(timer)
      }
    },
    end: async (options) => {
      await Promise.all([current.end(options), ...ending])
    },
  }
}
