import { access, constants, type FileHandle, open, readdir } from "node:fs/promises"
import { join } from "node:path"

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants
const DESCRIPTORS = "/proc/self/fd"
const canUseDescriptors: Promise<boolean> = access(`${DESCRIPTORS}/.`).then(
  () => process.platform === "linux",
  () => false,
)

/** Something that is not there (any more), or is a link or a device: nothing of ours. */
const SKIPPED = new Set(["ENOENT", "ELOOP", "ENOTDIR", "ENXIO", "EACCES"])

const unlessSkipped = async <A>(opening: Promise<A>): Promise<A | undefined> => {
  try {
    return await opening
  } catch (error) {
    if (error instanceof Error && "code" in error && SKIPPED.has(String(error.code))) return undefined
    throw error
  }
}

export interface Found {
  /** Parts of the path below the folder where the walk began. */
  readonly path: string
  readonly handle: FileHandle
  readonly size: number
  readonly owner: { readonly uid: number; readonly gid: number; readonly mode: number }
}

export interface Visitor {
  /** Called with an open file of one name; it is closed afterwards. */
  readonly file: (found: Found) => Promise<void>
  readonly folder?: (found: Omit<Found, "handle" | "size">) => void
  /** What is neither a file with one name nor a folder: links, devices, what went away meanwhile. */
  readonly skipped?: (path: string) => void
}

const ownerOf = ({ uid, gid, mode }: { uid: number; gid: number; mode: number }) => ({ uid, gid, mode: mode & 0o7777 })

/**
 * Visits all files below a folder, in the order of their names. Names are looked up from open folders (Linux) and links are never
 * followed, so that whoever may write in there (members, in the shared folder of their team) can not lead the walk elsewhere.
 */
export const walk = async (root: string, visitor: Visitor): Promise<void> => {
  const viaDescriptors = await canUseDescriptors
  const visit = async (path: string, below: string): Promise<void> => {
    const folder = await unlessSkipped(open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW))
    if (folder === undefined) return
    try {
      const here = viaDescriptors ? `${DESCRIPTORS}/${folder.fd}` : path
      if (below !== "") visitor.folder?.({ path: below, owner: ownerOf(await folder.stat()) })
      for (const name of (await readdir(here)).toSorted()) {
        const inner = below === "" ? name : `${below}/${name}`
        const handle = await unlessSkipped(open(join(here, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK))
        if (handle === undefined) {
          visitor.skipped?.(inner)
          continue
        }
        let isFolder = false
        try {
          const stat = await handle.stat()
          isFolder = stat.isDirectory()
          if (stat.isFile() && stat.nlink === 1)
            await visitor.file({ path: inner, handle, size: stat.size, owner: ownerOf(stat) })
          else if (!isFolder) visitor.skipped?.(inner)
        } finally {
          await handle.close()
        }
        if (isFolder) await visit(join(here, name), inner)
      }
    } finally {
      await folder.close()
    }
  }
  await visit(root, "")
}
