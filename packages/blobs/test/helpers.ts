import { openBlobs, type BlobsOptions, type BlobStore } from "@muster/blobs"
import { tempDir } from "@muster/platform/testing"
import { createHash, randomUUID } from "node:crypto"
import { readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { afterEach } from "vitest"

const removers: (() => void)[] = []
afterEach(() => {
  for (const remove of removers.splice(0)) remove()
})

/** A fresh directory for one test. */
export const freshDir = (): string => {
  const dir = tempDir("muster-blobs-")
  removers.push(dir.remove)
  return dir.path
}

export const freshBlobs = async (
  options: Partial<BlobsOptions> = {},
): Promise<{ readonly blobs: BlobStore; readonly dir: string }> => {
  const dir = join(freshDir(), "blobs")
  return { blobs: await openBlobs({ dir, ...options }), dir }
}

export const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")
export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
export const newKey = () => ({ taskId: randomUUID(), assignmentId: randomUUID() })

export async function* chunks(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts
}

export const readAll = async (source: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const parts: Uint8Array[] = []
  for await (const part of source) parts.push(part)
  return Buffer.concat(parts)
}

/** Every file and folder below a directory with its mode, by relative path. */
export const tree = (dir: string): { readonly path: string; readonly mode: number; readonly isFile: boolean }[] =>
  readdirSync(dir, { recursive: true, encoding: "utf8" })
    .toSorted((a, b) => a.localeCompare(b))
    .map((path) => {
      const stat = statSync(join(dir, path))
      return { path, mode: stat.mode & 0o777, isFile: stat.isFile() }
    })
export const files = (dir: string): string[] => tree(dir).flatMap(({ path, isFile }) => (isFile ? [path] : []))
