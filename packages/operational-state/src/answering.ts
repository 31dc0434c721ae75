import type { Sql } from "postgres"
import { dense } from "@muster/platform"
import { OperationalStateUnavailable } from "#src/errors.ts"
import { GIVEN_UP_CLOSE_SECONDS } from "#src/limits.ts"
import { makeTurns } from "#src/turns.ts"

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

export interface AnsweringOptions {
  /** Opens a client of the driver with at least so many connections as `atOnce`. */
  readonly open: () => Sql
  /** Statements that are sent at the same time; the others wait here, in their order. */
  readonly atOnce: number
  /** How long a statement may take once it was sent. */
  readonly timeoutMillis: number
}

/**
 * Keeps a client of the driver that answers. One whose connection is lost, or that does not answer within its time (half open: the far side
 * is gone and nobody said so), is left to itself and replaced as a whole: the next statement must not stand in its queue, and the
 * driver never answers what it hands to a connection between its error and its close. What waits for its turn is not on the clock: a
 * process that has much to ask must not take its own queue for a dead connection.
 */
export const answering = ({ open, atOnce, timeoutMillis }: AnsweringOptions): Answering => {
  let current = open()
  const turns = makeTurns(atOnce)
  /** Ends of clients that were given up. */
  const ending = new Set<Promise<void>>()

  const replace = (sql: Sql): void => {
    if (sql !== current) return
    current = open()
    // What it still does on connections that are well may end.
    const end = sql.end({ timeout: GIVEN_UP_CLOSE_SECONDS }).finally(() => ending.delete(end))
    ending.add(end)
  }

  const askNow = async <A>(statement: (sql: Sql) => Promise<A>): Promise<A> => {
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
  }

  return {
    ask: async (statement) => {
      await turns.take()
      try {
        return await askNow(statement)
      } finally {
        turns.give()
      }
    },
    end: async (options) => {
      await Promise.all([current.end(options), ...ending])
    },
  }
}
