import type { FileHandle } from "node:fs/promises"
import { join } from "node:path"
import { readdir } from "node:fs/promises"
import type { ArchiveWriter } from "#src/backup/archive/write.ts"
import { entryKind, type FileRecord } from "#src/backup/documents.ts"
import { walk } from "#src/backup/files/walk.ts"
import { READ_CHUNK_BYTES } from "#src/backup/limits.ts"

/** The first `size` bytes of an open file: one that grows meanwhile is taken as it was. */
export async function* firstBytes(handle: FileHandle, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size;) {
    const chunk = Buffer.allocUnsafe(Math.min(READ_CHUNK_BYTES, size - at))
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, at)
    if (bytesRead === 0) return
    yield chunk.subarray(0, bytesRead)
    at += bytesRead
  }
}

export interface CollectedBlobs {
  readonly files: readonly FileRecord[]
  readonly count: number
  readonly bytes: number
  /** SHA-256 of every object. */
  readonly objects: ReadonlySet<string>
  /** Objects whose bytes are not those that their name says. */
  readonly damaged: readonly string[]
}

/**
 * Copies the blob store into the backup. Blobs are never changed and never deleted, and one is there before the event that names it; so
 * whatever a snapshot of the log names is there when this begins after it. Output only grows.
 */
export const collectBlobs = async (
  dir: string,
  archive: ArchiveWriter,
  onBytes: (bytes: number) => void,
): Promise<CollectedBlobs> => {
  const files: FileRecord[] = []
  const objects = new Set<string>()
  const damaged: string[] = []
  let bytes = 0
  await walk(dir, {
    file: async ({ path, handle, size }) => {
      const name = `blobs/${path}`
      const kind = entryKind(name)
      if (kind?.kind !== "object" && kind?.kind !== "output") return
      const record = await archive.addStream(name, size, firstBytes(handle, size))
      files.push(record)
      bytes += size
      if (kind.kind === "object" && record.sha256 === kind.sha256) objects.add(kind.sha256)
      else if (kind.kind === "object") damaged.push(kind.sha256)
      onBytes(bytes)
    },
  })
  return { files, count: files.length, bytes, objects, damaged }
}

export interface CollectedContext {
  readonly files: readonly FileRecord[]
  readonly folders: readonly FileRecord[]
  /** Links, devices and second names of files: they are not taken. */
  readonly skipped: number
}

const CONTEXT = "context"
const EMPTY = { size: 0, sha256: "" } as const

/** Copies what members wrote into the shared folders of their teams: the one part of those that is not made from the log. */
export const collectContext = async (teamsDir: string, archive: ArchiveWriter): Promise<CollectedContext> => {
  const files: FileRecord[] = []
  const folders: FileRecord[] = []
  let skipped = 0
  const teamIds: readonly string[] = await readdir(teamsDir).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return []
    throw error
  })
  for (const teamId of teamIds.toSorted()) {
    const nameOf = (path: string) => `context/${teamId}/${path}`
    await walk(join(teamsDir, teamId, CONTEXT), {
      file: async ({ path, handle, size, owner }) => {
        if (entryKind(nameOf(path)) === undefined) skipped += 1
        else files.push({ ...(await archive.addStream(nameOf(path), size, firstBytes(handle, size))), owner })
      },
      folder: ({ path, owner }) => folders.push({ name: nameOf(path), ...EMPTY, owner }),
      skipped: () => (skipped += 1),
    })
  }
  return { files, folders, skipped }
}
