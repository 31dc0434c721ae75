import { LogUnavailable } from "#src/errors.ts"
import { type KurrentEventStoreOptions, openKurrentEventStore } from "#src/kurrentdb/store.ts"
import { EventStore } from "#src/port.ts"
import { Effect, Layer } from "effect"

const asUnavailable = (cause: unknown) => (cause instanceof LogUnavailable ? cause : new LogUnavailable({ cause }))

/**
 * Provides `EventStore` on EventStoreDB or KurrentDB. It asks the log for its generation first, so that a wrong address fails
 * the start and not the first command. Closing the scope answers what was taken, then ends the connections.
 */
export const layerKurrent = (options: KurrentEventStoreOptions): Layer.Layer<EventStore, LogUnavailable> =>
  Layer.effect(
    EventStore,
    Effect.gen(function* () {
      const store = yield* Effect.acquireRelease(
        Effect.sync(() => openKurrentEventStore(options)),
        (store) => Effect.promise(() => store.close()),
      )
      yield* Effect.tryPromise({ try: () => store.generation(), catch: asUnavailable })
      return store
    }),
  )
