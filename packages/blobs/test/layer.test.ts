import { Blobs } from "@muster/blobs"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { describe, expect, test } from "vitest"
import { bytesOf, chunks, freshDir } from "./helpers.ts"

const program = Effect.gen(function* () {
  const blobs = yield* Blobs
  return yield* Effect.promise(() => blobs.put(chunks(bytesOf("hello"))))
})

describe("the layer", () => {
  test("provides the store in a directory", async () => {
    const layer = Blobs.layer({ dir: join(freshDir(), "blobs") })
    expect(await Effect.runPromise(Effect.provide(program, layer))).toMatchObject({ size: 5 })
  })

  test("fails the start when the directory cannot be used", async () => {
    const dir = join(freshDir(), "blobs")
    writeFileSync(dir, "a file")
    const failure = await Effect.runPromise(Effect.flip(Effect.provide(program, Blobs.layer({ dir }))))
    expect(failure).toMatchObject({ _tag: "BlobStorageFailed" })
  })
})
