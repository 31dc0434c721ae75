import { FolderEscape } from "#src/team-volume/errors.ts"
import { isPlainName } from "#src/team-volume/names.ts"
import { randomBytes } from "node:crypto"
import { constants } from "node:fs"
import { access, lstat, mkdir, open, readdir, rename, rmdir, unlink, type FileHandle } from "node:fs/promises"
import { join } from "node:path"

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = constants

export const FOLDER_MODE = 0o755
export const FILE_MODE = 0o644

export const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error && typeof error.code === "string" ? error.code : ""

/** The result of `work`, or undefined when it fails with one of these codes. */
const unless = async <A>(codes: readonly string[], work: Promise<A>): Promise<A | undefined> => {
  try {
    return await work
  } catch (error) {
    if (codes.includes(codeOf(error))) return undefined
    throw error
  }
}

/**
 * An open folder. Names are looked up from its descriptor (`/proc/self/fd/…`, Linux), so that a part of the path that is
 * swapped for a link between two steps changes nothing. Elsewhere the path is used, and every part is checked when it is opened.
 */
export interface Folder {
  readonly handle: FileHandle
  /** The path to look up names in. */
  readonly path: string
}

const DESCRIPTORS = "/proc/self/fd"
let areDescriptorsPaths: Promise<boolean> | undefined
const canUseDescriptors = (): Promise<boolean> =>
  (areDescriptorsPaths ??= access(`${DESCRIPTORS}/.`).then(
    () => process.platform === "linux",
    () => false,
  ))

const child = (folder: Folder, name: string): string => {
  if (!isPlainName(name)) throw new FolderEscape({ name })
  return join(folder.path, name)
}

const openAt = async (path: string): Promise<Folder> => {
  const handle = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  return { handle, path: (await canUseDescriptors()) ? `${DESCRIPTORS}/${handle.fd}` : path }
}

/** Opens the folder everything lies below, which the operator chose: links to it are followed once, here. */
export const openRoot = async (path: string): Promise<Folder> => {
  await mkdir(path, { recursive: true, mode: FOLDER_MODE })
  const handle = await open(path, O_RDONLY | O_DIRECTORY)
  return { handle, path: (await canUseDescriptors()) ? `${DESCRIPTORS}/${handle.fd}` : path }
}

export const closeFolder = (folder: Folder): Promise<void> => folder.handle.close()

/** Names in the folder, those of links as well. */
export const namesIn = (folder: Folder): Promise<string[]> => readdir(folder.path)

/** Takes a name out of a folder with all that is below it. A link is removed, what it points to is not touched. */
export const remove = async (folder: Folder, name: string): Promise<void> => {
  const path = child(folder, name)
  const stat = await unless(["ENOENT"], lstat(path))
  if (stat === undefined) return
  if (!stat.isDirectory()) {
    await unless(["ENOENT"], unlink(path))
    return
  }
  const below = await openAt(path)
  try {
    for (const inner of await namesIn(below)) await remove(below, inner)
  } finally {
    await closeFolder(below)
  }
  await unless(["ENOENT"], rmdir(path))
}

/** A folder in a folder; undefined when there is none. What is no folder, a link to one for instance, counts as none. */
export const existingFolder = (folder: Folder, name: string): Promise<Folder | undefined> =>
  unless(["ENOENT", "ENOTDIR", "ELOOP"], openAt(child(folder, name)))

/** A folder in a folder, made when missing. Whatever else stands in its place, a link for instance, is removed. */
export const ensureFolder = async (folder: Folder, name: string, mode = FOLDER_MODE): Promise<Folder> => {
  const path = child(folder, name)
  const found = await existingFolder(folder, name)
  if (found !== undefined) return found
  await remove(folder, name)
  await mkdir(path, { mode })
  const made = await openAt(path)
  // The mask of the process took bits away that others need.
  await made.handle.chmod(mode)
  return made
}

/**
 * A regular file of ours, for reading and writing; undefined when there is none. A link, a second name of a file elsewhere or
 * anything that is no file counts as none: bytes must neither come from nor go to another place.
 */
export const openExisting = async (folder: Folder, name: string): Promise<FileHandle | undefined> => {
  const opened = open(child(folder, name), O_RDWR | O_NOFOLLOW | O_NONBLOCK)
  const handle = await unless(["ENOENT", "ELOOP", "ENXIO", "EISDIR"], opened)
  if (handle === undefined) return undefined
  const stat = await handle.stat()
  if (stat.isFile() && stat.nlink === 1) return handle
  await handle.close()
  return undefined
}

/** A new, empty file. Whatever stands in its place is removed. */
export const createFile = async (folder: Folder, name: string): Promise<FileHandle> => {
  await remove(folder, name)
  const handle = await open(child(folder, name), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, FILE_MODE)
  await handle.chmod(FILE_MODE)
  return handle
}

const FOLDER_IN_THE_WAY = ["EISDIR", "ENOTEMPTY", "EEXIST"]

/**
 * Writes a file whole or not at all: beside, in `staging` (same file system), then renamed into its place. Readers see the old
 * bytes or the new ones.
 */
export const writeWhole = async (
  folder: Folder,
  name: string,
  content: string | AsyncIterable<Uint8Array>,
  staging: Folder,
): Promise<void> => {
  const from = child(staging, randomBytes(12).toString("hex"))
  const to = child(folder, name)
  const handle = await open(from, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, FILE_MODE)
  try {
    try {
      await handle.writeFile(content)
      await handle.chmod(FILE_MODE)
    } finally {
      await handle.close()
    }
    const isRenamed = await unless(
      FOLDER_IN_THE_WAY,
      rename(from, to).then(() => true),
    )
    if (isRenamed === true) return
    await remove(folder, name)
    await rename(from, to)
  } catch (error) {
    await unless(["ENOENT"], unlink(from))
    throw error
  }
}
