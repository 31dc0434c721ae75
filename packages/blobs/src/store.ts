import { ensureFolders, ifExists, storing } from "#src/files.ts"
import { makeObjects } from "#src/objects.ts"
import { makeOutput } from "#src/output.ts"
import { TEMP_FOLDER } from "#src/paths.ts"
import type { BlobStore } from "#src/port.ts"
import { BlobStorageFailed } from "#src/errors.ts"
import { chmod, lstat, mkdir, readdir, realpath, rm } from "node:fs/promises"
import { join } from "node:path"

export interface BlobsOptions {
  /** Made with mode 0700 when it is missing. One process at a time may use it. */
  readonly dir: string
  /** Most output kept of one assignment. Default: `OUTPUT_MAX_BYTES`. */
  readonly outputMaxBytes?: number
}

/** What a crash left half written: nobody has its name, nobody can need it. */
const sweep = async (root: string): Promise<void> => {
  const folder = join(root, TEMP_FOLDER)
  const names = (await ifExists(readdir(folder))) ?? []
  await Promise.all(names.map((name) => rm(join(folder, name), { recursive: true, force: true })))
}

/** Opens the store in a directory and removes what a crash left behind. Rejects with `BlobStorageFailed`. */
export const openBlobs = async ({ dir, outputMaxBytes }: BlobsOptions): Promise<BlobStore> => {
  const root = await storing("open folder", async () => {
    await mkdir(dir, { recursive: true, mode: 0o700 })
    if (!(await lstat(dir)).isDirectory()) throw new BlobStorageFailed({ operation: "open folder", code: "ENOTDIR" })
    await chmod(dir, 0o700)
    const path = await realpath(dir)
    await ensureFolders(path, [TEMP_FOLDER])
    await sweep(path)
    return path
  })
  return { ...makeObjects(root), ...makeOutput(root, outputMaxBytes) }
}
