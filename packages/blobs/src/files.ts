import { BlobStorageFailed } from "#src/errors.ts"
import { constants } from "node:fs"
import { type FileHandle, lstat, mkdir, open } from "node:fs/promises"
import { join } from "node:path"

const FOLDER_MODE = 0o700
const FILE_MODE = 0o600
const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_RDWR, O_WRONLY } = constants

/** How a file is opened. None of them follows a link in the place of the file. */
export const FLAGS = {
  read: O_RDONLY | O_NOFOLLOW,
  create: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
  readWrite: O_RDWR | O_CREAT | O_NOFOLLOW,
} as const

const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : "unknown"

/** Runs one operation of the file system; its failure becomes a `BlobStorageFailed`. */
export const storing = async <A>(operation: string, work: () => Promise<A>): Promise<A> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof BlobStorageFailed) throw error
    throw new BlobStorageFailed({ operation, code: codeOf(error) })
  }
}

/** The result of `work`, or undefined when the file (or a folder to it) does not exist. */
export const ifExists = async <A>(work: Promise<A>): Promise<A | undefined> => {
  try {
    return await work
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined
    throw error
  }
}

export const openFile = (path: string, flags: number): Promise<FileHandle> => open(path, flags, FILE_MODE)

/** Makes what a folder holds last through a power cut: names are data of their folder. */
export const syncFolder = async (path: string): Promise<void> => {
  const handle = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Goes down from the root, making folders that are missing. Throws ENOTDIR for a link or a file in the place of a folder. */
export const ensureFolders = async (root: string, folders: readonly string[]): Promise<string> => {
  let path = root
  for (const folder of folders) {
    const parent = path
    path = join(parent, folder)
    try {
      await mkdir(path, { mode: FOLDER_MODE })
      await syncFolder(parent)
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error
      await mustBeFolder(path)
    }
  }
  return path
}

/** The path of an existing folder, checked on the way; ENOENT when there is none. */
export const existingFolder = async (root: string, folders: readonly string[]): Promise<string> => {
  let path = root
  for (const folder of folders) {
    path = join(path, folder)
    await mustBeFolder(path)
  }
  return path
}

const mustBeFolder = async (path: string): Promise<void> => {
  const stat = await lstat(path)
  if (!stat.isDirectory()) throw new BlobStorageFailed({ operation: "open folder", code: "ENOTDIR" })
}

/** Writes all of the bytes from a position on: one call may write fewer. */
export const writeAll = async (handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> => {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}

/** Up to `length` bytes from a position on; fewer only at the end of the file. */
export const readUpTo = async (handle: FileHandle, position: number, length: number): Promise<Uint8Array> => {
  const bytes = new Uint8Array(length)
  let done = 0
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, position + done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return bytes.subarray(0, done)
}
