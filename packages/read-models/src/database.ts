import { backoffMillis, dense, pause } from "@muster/platform"
import { AttemptTimedOut, DatabaseFault, faultOf, ReadModelsUnavailable } from "#src/errors.ts"
import {
  ATTEMPT_TIMEOUT_MILLIS,
  CLOSE_TIMEOUT_SECONDS,
  CONNECT_TIMEOUT_SECONDS,
  IDLE_IN_TRANSACTION_TIMEOUT_MILLIS,
  READ_DEADLINE_MILLIS,
  RETRY,
  STATEMENT_TIMEOUT_MILLIS,
} from "#src/limits.ts"
import postgres from "postgres"

export interface ConnectOptions {
  readonly url: string
  readonly name: string
  readonly connections: number
  readonly onClosed?: () => void
  /**
   * False: a commit is answered before it is on disk. A crash of the server then takes the newest commits along, whole and in their
   * order: what follows from the log alone is made again. Default true.
   */
  readonly isDurable?: boolean
  /** The server gives up on a statement after so long. Default: `STATEMENT_TIMEOUT_MILLIS`. */
  readonly statementTimeoutMillis?: number
}

/** A client of the driver, with the limits of this package. Nothing is opened before the first query. */
export const connect = ({
  url,
  name,
  connections,
  onClosed,
  isDurable = true,
  statementTimeoutMillis = STATEMENT_TIMEOUT_MILLIS,
}: ConnectOptions): postgres.Sql =>
  postgres(url, {
    max: connections,
    max_lifetime: null,
    idle_timeout: 0,
    connect_timeout: CONNECT_TIMEOUT_SECONDS,
    backoff: () => 0,
    // No array is sent as a parameter: lists go as JSON text, so the types of the server need not be asked for.
    fetch_types: false,
    onnotice: () => undefined,
    ...(onClosed === undefined ? {} : { onclose: onClosed }),
    connection: {
      application_name: name,
      statement_timeout: statementTimeoutMillis,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MILLIS,
      ...(isDurable ? {} : { synchronous_commit: "off" }),
    },
  })

/** All rows of a query. Every query goes through here: none may be waited for without end, and none may have holes. */
export const all = async <R extends readonly object[]>(
  query: PromiseLike<R>,
  timeoutMillis = ATTEMPT_TIMEOUT_MILLIS,
): Promise<R> => {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new AttemptTimedOut({ millis: timeoutMillis })), timeoutMillis)
  })
  try {
    return dense(await Promise.race([query, tooLate]))
  } catch (error) {
    throw faultOf(error)
  } finally {
    clearTimeout(timer)
  }
}

/** A pool of connections that outlives its breaks. */
export interface Database {
  /** Does work that queries through `all`. Rejects with the `DatabaseFault` of the query that failed. */
  readonly run: <A>(work: (sql: postgres.Sql) => Promise<A>) => Promise<A>
  /** Open queries get a moment to end. */
  readonly close: () => Promise<void>
}

/**
 * Opens a pool. After any fault the whole client is replaced: a query that the driver (3.4.9) hands to a connection between its
 * error and its close is never answered, and one on a reserved connection ends the process. So nobody gets a client in doubt.
 */
export const openDatabase = (options: Omit<ConnectOptions, "onClosed">): Database => {
  let current: postgres.Sql | undefined
  const ending = new Set<Promise<void>>()
  const retire = (sql: postgres.Sql): void => {
    if (current === sql) current = undefined
    const end = sql.end({ timeout: CLOSE_TIMEOUT_SECONDS })
    ending.add(end)
    void end.finally(() => ending.delete(end))
  }
  return {
    run: async (work) => {
      const sql = (current ??= connect(options))
      try {
        return await work(sql)
      } catch (error) {
        if (error instanceof DatabaseFault && current === sql) retire(sql)
        throw error
      }
    },
    close: async () => {
      if (current !== undefined) retire(current)
      await Promise.all(ending)
    },
  }
}

/** Runs a read; tries again over broken connections, then rejects with `ReadModelsUnavailable`. */
export type Reading = Database["run"]

export const makeReading =
  (database: Database): Reading =>
  async (read) => {
    const giveUpAt = performance.now() + READ_DEADLINE_MILLIS
    for (let failures = 0; ; failures += 1) {
      try {
        return await database.run(read)
      } catch (error) {
        if (!(error instanceof DatabaseFault)) throw error
        const canHeal = error.kind === "lost" || error.kind === "busy"
        if (!canHeal || performance.now() >= giveUpAt) throw new ReadModelsUnavailable({ cause: error })
      }
      await pause(backoffMillis(RETRY, failures))
    }
  }
