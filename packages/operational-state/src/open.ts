import { Effect, Layer } from "effect"
import postgres from "postgres"
import { answering } from "#src/answering.ts"
import { makeAgents } from "#src/agents.ts"
import { makeApiTokens } from "#src/api-tokens.ts"
import { makeCheckpoints } from "#src/checkpoints.ts"
import { makeCodes } from "#src/codes.ts"
import type { Database } from "#src/database.ts"
import { makeEnrollments } from "#src/enrollments.ts"
import { makeEnvelope, noEnvelope } from "#src/envelope.ts"
import { OperationalStateUnavailable } from "#src/errors.ts"
import {
  ANSWER_TIMEOUT_MILLIS,
  CLOSE_TIMEOUT_SECONDS,
  CONNECT_TIMEOUT_SECONDS,
  LEASE_STATEMENT_TIMEOUT_MILLIS,
  POOL_CONNECTIONS,
  STATEMENT_TIMEOUT_MILLIS,
} from "#src/limits.ts"
import { makeLocks } from "#src/locks.ts"
import { makeModelEndpoints } from "#src/model-endpoints.ts"
import { OperationalState } from "#src/port.ts"
import { makePlaces } from "#src/places.ts"
import { makeSessions } from "#src/sessions.ts"
import { makeShards } from "#src/shards.ts"
import { sweep } from "#src/sweep.ts"

export interface OperationalStateOptions {
  /** Connection string of the application's role. */
  readonly url: string
  /** Epoch milliseconds; tests hand in their own clock. */
  readonly now?: () => number
  /** 32 bytes that seal keys of others. Without them none can be kept. */
  readonly masterKey?: Uint8Array
}

export interface OpenOperationalState extends OperationalState {
  /** Ends the connections. */
  close(): Promise<void>
}

/** Operational state on Postgres. Connections are opened when they are first needed. */
export const openOperationalState = ({
  url,
  now = Date.now,
  masterKey,
}: OperationalStateOptions): OpenOperationalState => {
  const pool = (name: string, max: number) =>
    postgres(url, {
      max,
      connect_timeout: CONNECT_TIMEOUT_SECONDS,
      // The driver's own question for types rejects where nobody listens when its connection is lost, and the process would end.
      fetch_types: false,
      onnotice: () => undefined,
      connection: { application_name: name, statement_timeout: STATEMENT_TIMEOUT_MILLIS },
    })
  const main = answering({
    open: () => pool("muster-state", POOL_CONNECTIONS),
    atOnce: POOL_CONNECTIONS,
    timeoutMillis: ANSWER_TIMEOUT_MILLIS,
  })
  // A client of its own for leases, so that nothing else can make a beat wait.
  const leases = answering({
    open: () => pool("muster-state-leases", 1),
    atOnce: 1,
    timeoutMillis: LEASE_STATEMENT_TIMEOUT_MILLIS,
  })
  const db: Database = { ask: main.ask, now }
  return {
    codes: makeCodes(db),
    sessions: makeSessions(db),
    enrollments: makeEnrollments(db),
    agents: makeAgents(db),
    apiTokens: makeApiTokens(db),
    checkpoints: makeCheckpoints(db),
    locks: makeLocks(() => pool("muster-state-lock", 1)),
    shards: makeShards(leases),
    places: makePlaces(leases),
    models: makeModelEndpoints(db, masterKey === undefined ? noEnvelope : makeEnvelope(masterKey)),
    ping: async () => {
      await main.ask((sql) => sql`select 1 from app.schema_version limit 1`)
    },
    sweep: () => sweep(db),
    close: async () => {
      await Promise.all([main, leases].map((client) => client.end({ timeout: CLOSE_TIMEOUT_SECONDS })))
    },
  }
}

/** Provides `OperationalState`. A wrong address or a missing schema fails the start. */
export const layerOperationalState = (
  options: OperationalStateOptions,
): Layer.Layer<OperationalState, OperationalStateUnavailable> =>
  Layer.effect(
    OperationalState,
    Effect.gen(function* () {
      const state = yield* Effect.acquireRelease(
        Effect.sync(() => openOperationalState(options)),
        (state) => Effect.promise(() => state.close()),
      )
      yield* Effect.tryPromise({
        try: () => state.ping(),
        catch: (cause) =>
          cause instanceof OperationalStateUnavailable ? cause : new OperationalStateUnavailable({ cause }),
      })
      return state
    }),
  )
