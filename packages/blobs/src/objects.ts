import { BlobHashMismatch, BlobRangeInvalid, BlobTooLarge } from "#src/errors.ts"
import { ensureFolders, existingFolder, FLAGS, ifExists, openFile, storing, syncFolder, writeAll } from "#src/files.ts"
import { BLOB_MAX_BYTES } from "#src/limits.ts"
import { objectPath, TEMP_FOLDER } from "#src/paths.ts"
import type { BlobRange, BlobStore, PutOptions } from "#src/port.ts"
import { createHash, randomUUID } from "node:crypto"
import { lstat, rename, rm } from "node:fs/promises"
import { join } from "node:path"
import { Readable } from "node:stream"

/** Copies the source into a new file; resolves when all of it is on disk. */
const spool = async (source: AsyncIterable<Uint8Array>, path: string, maxBytes: number) => {
  const handle = await storing("create", () => openFile(path, FLAGS.create))
  try {
    const hash = createHash("sha256")
    let size = 0
    for await (const chunk of source) {
      if (size + chunk.length > maxBytes) throw new BlobTooLarge({ limit: maxBytes })
      hash.update(chunk)
      const position = size
      await storing("write", () => writeAll(handle, chunk, position))
      size += chunk.length
    }
    await storing("sync", () => handle.sync())
    return { sha256: hash.digest("hex"), size }
  } finally {
    await storing("close", () => handle.close())
  }
}

/** Bounds of a range in a blob of `size` bytes. */
const boundsOf = (range: BlobRange | undefined, size: number): { readonly start: number; readonly end: number } => {
  const { start, end = size } = range ?? { start: 0 }
  const isRange =
    Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end && start <= size
  if (!isRange) throw new BlobRangeInvalid({ size })
  return { start, end: Math.min(end, size) }
}

/** Immutable files named by the hash of their content. */
export const makeObjects = (root: string): Pick<BlobStore, "put" | "open"> => {
  /** Gives a finished temporary file its name. A file that is there already has the same bytes, unless it was damaged. */
  const settle = async (temp: string, sha256: string, size: number): Promise<void> => {
    const { folders, name } = objectPath(sha256)
    const folder = await ensureFolders(root, folders)
    const path = join(folder, name)
    const there = await ifExists(lstat(path))
    if (there?.isFile() === true && there.size === size) return
    await rename(temp, path)
    await syncFolder(folder)
  }

  return {
    put: async (source, { maxBytes = BLOB_MAX_BYTES, expectedSha256 }: PutOptions = {}) => {
      if (expectedSha256 !== undefined) objectPath(expectedSha256)
      const temp = join(await storing("open folder", () => ensureFolders(root, [TEMP_FOLDER])), randomUUID())
      try {
        const { sha256, size } = await spool(source, temp, maxBytes)
        if (expectedSha256 !== undefined && expectedSha256 !== sha256)
          throw new BlobHashMismatch({ expected: expectedSha256, actual: sha256 })
        await storing("rename", () => settle(temp, sha256, size))
        return { sha256, size }
      } finally {
        // Gone already when it was renamed.
        await storing("remove", () => rm(temp, { force: true }))
      }
    },

    open: async (sha256, range) => {
      const { folders, name } = objectPath(sha256)
      const handle = await storing("open", () =>
        ifExists(existingFolder(root, folders).then((folder) => openFile(join(folder, name), FLAGS.read))),
      )
      if (handle === undefined) return undefined
      try {
        const { size } = await storing("stat", () => handle.stat())
        const { start, end } = boundsOf(range, size)
        if (start < end) return { size, stream: handle.createReadStream({ start, end: end - 1 }) }
        await storing("close", () => handle.close())
        return { size, stream: Readable.from([], { objectMode: false }) }
      } catch (error) {
        await handle.close()
        throw error
      }
    },
  }
}
