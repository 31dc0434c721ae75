import { Context, Data, Effect, Layer, Redacted } from "effect"
import type { Sql } from "postgres"
import postgres from "postgres"
import {
  PG_CLOSE_TIMEOUT_SECONDS,
  PG_CONNECT_TIMEOUT_SECONDS,
  PG_IDLE_IN_TRANSACTION_TIMEOUT_MILLIS,
  PG_RECONNECT_MAX_SECONDS,
  PG_STATEMENT_TIMEOUT_MILLIS,
} from "#src/limits.ts"

/** The database does not answer at start-up. */
export class PgUnavailable extends Data.TaggedError("PgUnavailable")<{ readonly cause: unknown }> {
  override get message(): string {
    const reason = this.cause instanceof Error ? this.cause.message || this.cause.name : String(this.cause)
    return `PostgreSQL does not answer: ${reason}`
  }
}

export interface PgOptions {
  readonly url: string | Redacted.Redacted
  /** Connections of the pool. */
  readonly max: number
  /** Shown in pg_stat_activity. */
  readonly applicationName: string
  /** For one statement; 0 waits for ever (long migrations). */
  readonly statementTimeoutMillis?: number
}

const plain = (url: string | Redacted.Redacted): string => (typeof url === "string" ? url : Redacted.value(url))

/** A pool with our timeouts. 64-bit integers come as strings. The caller ends it. */
export const connectPg = ({
  url,
  max,
  applicationName,
  statementTimeoutMillis = PG_STATEMENT_TIMEOUT_MILLIS,
}: PgOptions): Sql =>
  postgres(plain(url), {
    max,
    connect_timeout: PG_CONNECT_TIMEOUT_SECONDS,
    backoff: (attempt) => (0.5 + Math.random() / 2) * Math.min(3 ** attempt / 100, PG_RECONNECT_MAX_SECONDS),
    onnotice: () => undefined,
    connection: {
      application_name: applicationName,
      statement_timeout: statementTimeoutMillis,
      idle_in_transaction_session_timeout: PG_IDLE_IN_TRANSACTION_TIMEOUT_MILLIS,
    },
  })

/** A pool of connections to PostgreSQL that lives as long as its scope. */
export class Pg extends Context.Service<Pg, { readonly sql: Sql }>()("@muster/platform/Pg") {
  /** Connects once at the start, so that a wrong address fails there (PgUnavailable) and not at the first request. */
  static readonly layer = (options: PgOptions): Layer.Layer<Pg, PgUnavailable> =>
    Layer.effect(
      Pg,
      Effect.gen(function* () {
        const sql = yield* Effect.acquireRelease(
          Effect.sync(() => connectPg(options)),
          (pool) => Effect.promise(() => pool.end({ timeout: PG_CLOSE_TIMEOUT_SECONDS })),
        )
        yield* Effect.tryPromise({ try: () => sql`select 1`, catch: (cause) => new PgUnavailable({ cause }) })
        return Pg.of({ sql })
      }),
    )
}
