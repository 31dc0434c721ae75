import { ReadModelsUnavailable } from "#src/errors.ts"
import { ReadModels } from "#src/port.ts"
import { ProjectionStore } from "#src/projection/port.ts"
import { openReadModels, type ReadModelsOptions } from "#src/store.ts"
import { Context, Effect, Layer } from "effect"

/**
 * Provides `ReadModels` and, for the projector, `ProjectionStore`. It asks for the position first, so that a wrong address or
 * a missing schema fails the start and not the first query. Closing the scope ends the connections.
 */
export const layerReadModels = (
  options: ReadModelsOptions,
): Layer.Layer<ReadModels | ProjectionStore, ReadModelsUnavailable> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const { readModels, projection } = yield* Effect.acquireRelease(
        Effect.sync(() => openReadModels(options)),
        (open) => Effect.promise(() => open.close()),
      )
      yield* Effect.tryPromise({
        try: () => readModels.position(),
        catch: (error) => {
          if (error instanceof ReadModelsUnavailable) return error
          throw error
        },
      })
      return Context.make(ReadModels, readModels).pipe(Context.add(ProjectionStore, projection))
    }),
  )
