import { AttemptTimedOut, DatabaseFault } from "#src/postgres/faults.ts"
import { instantOf } from "#src/postgres/instants.ts"
import {
  CONNECT_TIMEOUT_SECONDS,
  IDLE_IN_TRANSACTION_TIMEOUT_MILLIS,
  LOCK_TIMEOUT_MILLIS,
  STATEMENT_TIMEOUT_MILLIS,
} from "#src/limits.ts"
import { randomBytes } from "node:crypto"
import postgres from "postgres"

export interface SessionOptions {
  readonly url: string
  /** Shown in pg_stat_activity, followed by a number of its own for each session. */
  readonly name: string
  readonly connections: number
}

/** timestamptz comes as the log's own text; the driver would make a Date of it. */
const INSTANT_OID = 1184
const instants = { to: INSTANT_OID, from: [INSTANT_OID], serialize: String, parse: instantOf }

/** A driver client with a name that no other session of any process has. */
export interface Session {
  readonly sql: postgres.Sql
  readonly name: string
}

/**
 * Keeps one driver client and replaces it as a whole when it is in doubt, so that a query in flight belongs to a session
 * with a known name. The driver's own backoff is off: the callers have one.
 */
export const makeSessions = (options: SessionOptions) => {
  let current: Session | undefined
  let closed = false

  const open = (): Session => {
    const name = `${options.name}-${randomBytes(6).toString("hex")}`
    const session: Session = {
      name,
      sql: postgres(options.url, {
        max: options.connections,
        max_lifetime: null,
        idle_timeout: 0,
        connect_timeout: CONNECT_TIMEOUT_SECONDS,
        backoff: () => 0,
        // Arrays are sent as literals: the driver need not ask the server for their types.
        fetch_types: false,
        types: { instants },
        onnotice: () => undefined,
        // A single connection that closes takes its session along: the next batch starts with a clean one.
        ...(options.connections === 1 ? { onclose: () => discard(session) } : {}),
        connection: {
          application_name: name,
          TimeZone: "UTC",
          DateStyle: "ISO",
          statement_timeout: STATEMENT_TIMEOUT_MILLIS,
          lock_timeout: LOCK_TIMEOUT_MILLIS,
          idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MILLIS,
        },
      }),
    }
    return session
  }

  const end = (session: Session, timeoutSeconds: number): Promise<void> => session.sql.end({ timeout: timeoutSeconds })

  const discard = (session: Session): void => {
    if (current !== session) return
    current = undefined
    void end(session, 0)
  }

  return {
    /** The session to use now; throws a `DatabaseFault` after `close`. */
    current: (): Session => {
      if (closed) throw new DatabaseFault({ kind: "misconfigured", code: "CLOSED", message: "the log was closed" })
      return (current ??= open())
    },
    discard,
    close: async (timeoutSeconds: number): Promise<void> => {
      closed = true
      const session = current
      current = undefined
      if (session !== undefined) await end(session, timeoutSeconds)
    },
  }
}
export type Sessions = ReturnType<typeof makeSessions>

/** The result of `work`, or `AttemptTimedOut`; a late failure of the loser is observed by the race and dropped. */
export const withinMillis = async <A>(work: PromiseLike<A>, millis: number): Promise<A> => {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new AttemptTimedOut({ millis })), millis)
  })
  try {
    return await Promise.race([work, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
