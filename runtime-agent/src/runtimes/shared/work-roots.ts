import { createHash } from "node:crypto"
import { chmodSync, lstatSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { join } from "node:path"

const TRAVERSABLE_MODE = 0o711

/** How the names of directories for tasks without a sandbox begin. */
export const workRootPrefix = (stateDir: string): string =>
  `muster-work-${createHash("sha256").update(stateDir).digest("hex").slice(0, 16)}-`

/** Makes a directory for tasks without a sandbox, named after the state directory of its agent. */
export const makeTraversableRoot = (parent: string, stateDir: string): string => {
  const root = mkdtempSync(join(parent, workRootPrefix(stateDir)))
  chmodSync(root, TRAVERSABLE_MODE)
  return root
}

/** Removes such directories that earlier lives of the same agent left behind. */
export const removeTraversableRoots = (parent: string, stateDir: string): void => {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(workRootPrefix(stateDir))) continue
    const path = join(parent, name)
    // The parent is open to everybody: what somebody else put there under this name is not ours to touch.
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (stat?.isDirectory() === true && stat.uid === process.getuid?.()) rmSync(path, { recursive: true, force: true })
  }
}
