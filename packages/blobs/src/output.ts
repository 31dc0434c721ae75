import { BlobRangeInvalid, OutputGap, OutputTooLarge } from "#src/errors.ts"
import { ensureFolders, existingFolder, FLAGS, ifExists, openFile, readUpTo, storing, writeAll } from "#src/files.ts"
import { makeKeyQueue } from "@muster/platform"
import { OUTPUT_MAX_BYTES, OUTPUT_READ_MAX_BYTES } from "#src/limits.ts"
import { outputPath } from "#src/paths.ts"
import type { BlobStore } from "#src/port.ts"
import { join } from "node:path"

const isOffset = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

/** Growing files, one per assignment. Bytes are written at their absolute place, never "at the end". */
export const makeOutput = (
  root: string,
  maxBytes = OUTPUT_MAX_BYTES,
): Pick<BlobStore, "appendOutput" | "readOutput"> => {
  const oneAtATime = makeKeyQueue()

  const append = async (path: string, offset: number, chunk: Uint8Array) => {
    const handle = await storing("open", () => openFile(path, FLAGS.readWrite))
    try {
      const { size } = await storing("stat", () => handle.stat())
      if (offset > size) throw new OutputGap({ size })
      const fresh = chunk.subarray(Math.min(size - offset, chunk.length))
      if (size + fresh.length > maxBytes) throw new OutputTooLarge({ limit: maxBytes, size })
      await storing("write", () => writeAll(handle, fresh, size))
      return { size: size + fresh.length, appended: fresh.length }
    } finally {
      await storing("close", () => handle.close())
    }
  }

  return {
    appendOutput: async (key, offset, chunk) => {
      const { folders, name } = outputPath(key)
      if (!isOffset(offset)) throw new BlobRangeInvalid({})
      return oneAtATime(`${key.taskId}/${key.assignmentId}`, async () => {
        const folder = await storing("open folder", () => ensureFolders(root, folders))
        return append(join(folder, name), offset, chunk)
      })
    },

    readOutput: async (key, { start, limit = OUTPUT_READ_MAX_BYTES } = { start: 0 }) => {
      const { folders, name } = outputPath(key)
      if (!isOffset(start) || !isOffset(limit)) throw new BlobRangeInvalid({})
      const handle = await storing("open", () =>
        ifExists(existingFolder(root, folders).then((folder) => openFile(join(folder, name), FLAGS.read))),
      )
      if (handle === undefined) return { size: 0, bytes: new Uint8Array() }
      try {
        const { size } = await storing("stat", () => handle.stat())
        const length = Math.max(0, Math.min(limit, OUTPUT_READ_MAX_BYTES, size - start))
        return { size, bytes: await storing("read", () => readUpTo(handle, start, length)) }
      } finally {
        await storing("close", () => handle.close())
      }
    },
  }
}
