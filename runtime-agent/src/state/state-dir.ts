import { lstatSync, mkdirSync, realpathSync } from "node:fs"
import { join } from "node:path"
import { StateDirUnsafe } from "#src/errors.ts"
import { acquireLock } from "#src/state/lock.ts"

/** Where everything of one agent lies. All of it is readable by the agent's account alone. */
export interface StateDir {
  readonly path: string
  readonly credentials: string
  readonly journal: string
  /** Written when the agent ends by itself: why, for whoever starts it again. */
  readonly lastExit: string
  /** Output and artifacts until they are delivered, by assignment. */
  readonly spool: string
  /** Working directories of tasks, by assignment. */
  readonly work: string
  readonly close: () => void
}

const PRIVATE_DIR_MODE = 0o700

/** Makes the state directory (0700) or takes an existing one, and locks it. Fails with StateDirUnsafe or StateDirBusy. */
export const openStateDir = (dir: string): StateDir => {
  mkdirSync(dir, { recursive: true, mode: PRIVATE_DIR_MODE })
  const path = realpathSync(dir)
  const stat = lstatSync(path)
  const uid = process.getuid?.()
  if (!stat.isDirectory()) throw new StateDirUnsafe({ path, message: `${path} is not a directory` })
  if (uid !== undefined && stat.uid !== uid)
    throw new StateDirUnsafe({ path, message: `${path} belongs to uid ${stat.uid}, the agent runs as uid ${uid}` })
  if ((stat.mode & 0o077) !== 0)
    throw new StateDirUnsafe({ path, message: `${path} is open to other accounts: run "chmod 700 ${path}"` })
  const close = acquireLock(path)
  const spool = join(path, "spool")
  const work = join(path, "work")
  for (const folder of [spool, work]) mkdirSync(folder, { recursive: true, mode: PRIVATE_DIR_MODE })
  return {
    path,
    credentials: join(path, "credentials.json"),
    journal: join(path, "journal.ndjson"),
    lastExit: join(path, "last-exit.json"),
    spool,
    work,
    close,
  }
}
