import { Blobs } from "@muster/blobs"
import { EventStore } from "@muster/event-store"
import { layerPostgres } from "@muster/event-store/postgres"
import { projector, type Projector } from "@muster/projector"
import { layerReadModels, ReadModels } from "@muster/read-models"
import { Effect, Layer } from "effect"
import { waitFor } from "../harness/index.ts"

const SETTLE_TIMEOUT_MILLIS = 120_000

/** Runs a projector on a database that nobody else works on until all that is in the log is in the read models. */
const project = (url: string, blobsDir: string, begin: (projector: Projector) => Promise<void>): Promise<void> =>
  Effect.gen(function* () {
    const events = yield* EventStore
    const readModels = yield* ReadModels
    const running = yield* projector()
    yield* Effect.promise(async () => {
      await begin(running)
      const head = await events.head()
      await waitFor(
        "the read models are as far as the log",
        async () => ((await readModels.position()) === head && running.isSettled() ? true : undefined),
        SETTLE_TIMEOUT_MILLIS,
      )
    })
  }).pipe(
    Effect.scoped,
    Effect.provide(Layer.mergeAll(layerPostgres({ url }), layerReadModels({ url }), Blobs.layer({ dir: blobsDir }))),
    Effect.runPromise,
  )

/** Goes on from where the stored read models are. */
export const catchUp = (url: string, blobsDir: string): Promise<void> => project(url, blobsDir, async () => undefined)

/** Empties the read models and fills them again from the log's first event. */
export const replayFromZero = (url: string, blobsDir: string): Promise<void> =>
  project(url, blobsDir, ({ rebuild }) => rebuild())
