import { dense } from "@muster/platform"
import { DatabaseFault, faultOf, ReadModelsUnavailable } from "#src/errors.ts"
import {
  CONNECT_TIMEOUT_SECONDS,
  IDLE_IN_TRANSACTION_TIMEOUT_MILLIS,
  READ_ATTEMPTS,
  STATEMENT_TIMEOUT_MILLIS,
} from "#src/limits.ts"
import { backoffMillis, pause } from "#src/pause.ts"
import postgres from "postgres"

export interface ConnectOptions {
  readonly url: string
  readonly name: string
  readonly connections: number
  readonly onClosed?: () => void
}

/** A client of the driver, with the limits of this package. Nothing is opened before the first query. */
export const connect = ({ url, name, connections, onClosed }: ConnectOptions): postgres.Sql =>
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
      statement_timeout: STATEMENT_TIMEOUT_MILLIS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MILLIS,
    },
  })

/** Runs one query; a fault of the driver comes back as `DatabaseFault`, without the data the driver hangs on it. */
export const asFault = async <A>(work: PromiseLike<A>): Promise<A> => {
  try {
    return dense(await work)
  } catch (error) {
    throw faultOf(error)
  }
}

/** Runs a read; tries again over broken connections, then rejects with `ReadModelsUnavailable`. */
export type Reading = <A>(read: (sql: postgres.Sql) => PromiseLike<A>) => Promise<A>

export const makeReading =
  (sql: postgres.Sql): Reading =>
  async (read) => {
    for (let failures = 0; ; failures += 1) {
      try {
        return await asFault(read(sql))
      } catch (error) {
        if (!(error instanceof DatabaseFault)) throw error
        const canHeal = error.kind === "lost" || error.kind === "busy"
        if (!canHeal || failures + 1 >= READ_ATTEMPTS) throw new ReadModelsUnavailable({ cause: error })
      }
      await pause(backoffMillis(failures))
    }
  }
