import { chmod, lstat, readdir, rm } from "node:fs/promises"
import { join } from "node:path"
import { hasCode } from "#src/errors.ts"

const OWN_DIR_MODE = 0o700

const open = async (path: string): Promise<void> => {
  if (!(await lstat(path)).isDirectory()) return
  await chmod(path, OWN_DIR_MODE)
  for (const name of await readdir(path)) await open(join(path, name))
}

/**
 * Removes a directory with all it holds. A task may have closed folders of its own to everybody: an agent that is not root has to
 * open them first. Call it only when nothing of the task runs any more.
 */
export const removeTree = async (path: string): Promise<void> => {
  try {
    await rm(path, { recursive: true, force: true })
  } catch (error) {
    if (!hasCode(error, "EACCES", "EPERM")) throw error
    await open(path)
    await rm(path, { recursive: true, force: true })
  }
}
