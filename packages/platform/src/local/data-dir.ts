import { lstatSync, mkdirSync, realpathSync } from "node:fs"
import { resolve } from "node:path"
import { Data } from "effect"
import { acquireLock } from "#src/local/lock.ts"
import { hasCode } from "#src/local/processes.ts"

/** The directory can not be used as it is. The message says why and what to do. */
export class DataDirUnsafe extends Data.TaggedError("DataDirUnsafe")<{
  readonly path: string
  readonly message: string
}> {}

export interface DataDir {
  readonly path: string
  /** Gives the directory back. Stop what works in it first. */
  readonly close: () => void
}

const PRIVATE_MODE = 0o700

const make = (path: string): void => {
  try {
    mkdirSync(path, { recursive: true, mode: PRIVATE_MODE })
  } catch (error) {
    if (!hasCode(error, "EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "ENOSPC")) throw error
    throw new DataDirUnsafe({
      path,
      message: `${path} can not be made (${String((error as NodeJS.ErrnoException).code)}): set MUSTER_DATA_DIR to a directory you own`,
    })
  }
}

const check = (path: string): void => {
  const stat = lstatSync(path)
  const uid = process.getuid?.()
  if (!stat.isDirectory()) throw new DataDirUnsafe({ path, message: `${path} is not a directory` })
  if (uid !== undefined && stat.uid !== uid)
    throw new DataDirUnsafe({
      path,
      message: `${path} belongs to the account with uid ${stat.uid}, but Muster runs as uid ${uid}: run it as that account, or set MUSTER_DATA_DIR`,
    })
  if ((stat.mode & 0o077) !== 0)
    throw new DataDirUnsafe({
      path,
      message: `${path} is open to other accounts (mode ${(stat.mode & 0o777).toString(8)}): run "chmod 700 ${path}"`,
    })
}

/**
 * Makes the data directory (0700) or takes an existing one, and locks it for this process. Fails with DataDirUnsafe when others
 * could reach into it, and with DataDirBusy when another process has it; the lock of a process that died is taken over.
 */
export const openDataDir = (dir: string): DataDir => {
  make(resolve(dir))
  const path = realpathSync(resolve(dir))
  check(path)
  return { path, close: acquireLock(path) }
}
