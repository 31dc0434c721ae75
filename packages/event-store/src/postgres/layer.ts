import { LogUnavailable } from "#src/errors.ts"
import { EventStore } from "#src/port.ts"
import { openPostgresEventStore, type PostgresEventStoreOptions } from "#src/postgres/store.ts"
import { Effect, Layer } from "effect"

const asUnavailable = (cause: unknown) => (cause instanceof LogUnavailable ? cause : new LogUnavailable({ cause }))

/**
 * Provides `EventStore` on Postgres. It asks the log for its generation first, so that a wrong address or a missing schema
 * fails the start and not the first command. Closing the scope answers what was taken, then ends the connections.
 */
export const layerPostgres = (options: PostgresEventStoreOptions): Layer.Layer<EventStore, LogUnavailable> =>
  Layer.effect(
    EventStore,
    Effect.gen(function* () {
      const store = yield* Effect.acquireRelease(
        Effect.sync(() => openPostgresEventStore(options)),
        (store) => Effect.promise(() => store.close()),
      )
      yield* Effect.tryPromise({ try: () => store.generation(), catch: asUnavailable })
      return store
    }),
  )
