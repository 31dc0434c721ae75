import { BlobStorageFailed } from "#src/errors.ts"
import type { BlobStore } from "#src/port.ts"
import { type BlobsOptions, openBlobs } from "#src/store.ts"
import { Context, Effect, Layer } from "effect"

const asStorageFailed = (error: unknown) =>
  error instanceof BlobStorageFailed ? error : new BlobStorageFailed({ operation: "open folder", code: "unknown" })

/** The blob store as an Effect service. */
export class Blobs extends Context.Service<Blobs, BlobStore>()("@muster/blobs/Blobs") {
  /** Provides it in a directory; the start fails when the directory cannot be used. */
  static readonly layer = (options: BlobsOptions): Layer.Layer<Blobs, BlobStorageFailed> =>
    Layer.effect(Blobs, Effect.tryPromise({ try: () => openBlobs(options), catch: asStorageFailed }))
}
