import { constants, createReadStream } from "node:fs"
import { type FileHandle, open, opendir } from "node:fs/promises"
import { hasCode, messageOf } from "#src/errors.ts"
import { COLLECT_DEPTH_MAX, COLLECT_SKIPPED_LINES_MAX, COLLECT_VISITED_MAX } from "#src/limits.ts"
import type { SessionHost } from "#src/runtimes/contract.ts"
import { compilePatterns, isInside, type Matching } from "#src/runtimes/shared/patterns.ts"

export interface CollectOptions {
  readonly root: string
  readonly patterns: readonly string[]
  /** Names directly below the root that are ours and not the task's. */
  readonly except: ReadonlySet<string>
  /** Only files of this account are taken; undefined: of any. */
  readonly ownerUid: number | undefined
  readonly host: Pick<SessionHost, "artifact" | "output">
}

const DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW
// A pipe of this name must not make us wait for somebody who writes to it.
const FILE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** A name below an open folder: no part of the way can be swapped for a link in between (Linux). */
export const below = (folder: FileHandle, name: string): string => `/proc/self/fd/${folder.fd}/${name}`

/**
 * Hands the files that match to the host. Links are never followed, only regular files of the task's own account are taken, and
 * whatever is left out is said in the output.
 */
export const collectArtifacts = async (options: CollectOptions): Promise<void> => {
  const { root, except, ownerUid, host } = options
  let visited = 0
  let skipped = 0
  const skip = async (name: string, why: string): Promise<void> => {
    skipped += 1
    if (skipped > COLLECT_SKIPPED_LINES_MAX) return
    const more = skipped === COLLECT_SKIPPED_LINES_MAX ? " (further ones are not listed)" : ""
    await host.output(Buffer.from(`[muster] not kept as an artifact: ${JSON.stringify(name)}: ${why}${more}\n`))
  }

  const takeFile = async (folder: FileHandle, name: string, path: string): Promise<void> => {
    const handle = await open(below(folder, name), FILE)
    try {
      const stat = await handle.stat()
      if (!stat.isFile()) return await skip(path, "it is not a regular file")
      if (ownerUid !== undefined && stat.uid !== ownerUid)
        return await skip(path, "it does not belong to the task's account")
      const bytes = createReadStream("", { fd: handle.fd, autoClose: false, start: 0 })
      const { skipped: why } = await host.artifact({ name: path, bytes: bytes as AsyncIterable<Uint8Array> })
      if (why !== undefined) await skip(path, why)
    } finally {
      await handle.close()
    }
  }

  const walk = async (folder: FileHandle, prefix: string, matching: Matching, depth: number): Promise<void> => {
    const names: { name: string; isDirectory: boolean; isFile: boolean; isLink: boolean }[] = []
    for await (const entry of await opendir(`/proc/self/fd/${folder.fd}`)) {
      visited += 1
      if (visited > COLLECT_VISITED_MAX) break
      if (depth === 0 && except.has(entry.name)) continue
      const { name } = entry
      names.push({
        name,
        isDirectory: entry.isDirectory(),
        isFile: entry.isFile(),
        isLink: entry.isSymbolicLink(),
      })
    }
    for (const { name, isDirectory, isFile, isLink } of names.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = `${prefix}${name}`
      const next = matching.enter(name)
      if (!next.isMatch && !next.mayGoOn) continue
      try {
        if (isLink) await skip(path, "it is a symbolic link")
        else if (isDirectory && depth >= COLLECT_DEPTH_MAX) await skip(path, "it lies too deep")
        else if (isDirectory && next.mayGoOn) await walkInto(folder, name, path, next, depth)
        else if (isFile && next.isMatch) await takeFile(folder, name, path)
        else if (!isDirectory && !isFile && next.isMatch) await skip(path, "it is not a regular file")
      } catch (error) {
        if (!hasCode(error, "ELOOP", "ENOENT", "ENOTDIR", "EACCES", "ENXIO")) throw error
        await skip(path, messageOf(error))
      }
    }
  }
  const walkInto = async (folder: FileHandle, name: string, path: string, next: Matching, depth: number) => {
    const child = await open(below(folder, name), DIRECTORY)
    try {
      await walk(child, `${path}/`, next, depth + 1)
    } finally {
      await child.close()
    }
  }

  const patterns: string[] = []
  for (const pattern of options.patterns)
    if (isInside(pattern)) patterns.push(pattern)
    else await skip(pattern, "the pattern leaves the working directory")
  const top = await open(root, DIRECTORY)
  try {
    await walk(top, "", compilePatterns(patterns), 0)
  } finally {
    await top.close()
  }
  if (visited > COLLECT_VISITED_MAX) await skip("…", `only the first ${COLLECT_VISITED_MAX} entries were looked at`)
}
