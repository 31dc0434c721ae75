import { linkSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Data } from "effect"
import type { ProcessIdentity } from "#src/local/processes.ts"
import { hasCode, identityText, isRunning, readIdentity } from "#src/local/processes.ts"

/** Another process has the directory. */
export class DataDirBusy extends Data.TaggedError("DataDirBusy")<{ readonly path: string; readonly pid: number }> {
  override get message(): string {
    return `Muster already runs here (pid ${this.pid}): ${this.path}. Stop it first, or set MUSTER_DATA_DIR to another directory.`
  }
}

const PREFIX = "lock."

const numbersIn = (dir: string): readonly number[] =>
  readdirSync(dir)
    .filter((name) => /^lock\.\d+$/.test(name))
    .map((name) => Number(name.slice(PREFIX.length)))
    .toSorted((a, b) => b - a)

/** The living holder among the given lock files, if any. */
const livingHolder = (dir: string, numbers: readonly number[]): ProcessIdentity | undefined =>
  numbers
    .map((number) => readIdentity(join(dir, `${PREFIX}${number}`)))
    .find((holder) => holder !== undefined && isRunning(holder))

/**
 * Locks a directory for this process; the result gives it back. Lock files are numbered, and whoever makes the next number holds
 * the lock: linking a finished file to a name is atomic, so of two processes that find the same stale lock only one succeeds, and
 * no file is ever there half-written. Fails with DataDirBusy.
 */
export const acquireLock = (dir: string): (() => void) => {
  const identity = identityText(process.pid)
  if (identity === undefined) throw new TypeError("a running process has a start time")
  const own = join(dir, `.lock-of-${process.pid}`)
  writeFileSync(own, identity, { mode: 0o600 })
  try {
    for (;;) {
      const numbers = numbersIn(dir)
      const holder = livingHolder(dir, numbers)
      if (holder) throw new DataDirBusy({ path: dir, pid: holder.pid })
      const number = (numbers[0] ?? 0) + 1
      const file = join(dir, `${PREFIX}${number}`)
      try {
        linkSync(own, file)
      } catch (error) {
        if (hasCode(error, "EEXIST")) continue
        throw error
      }
      // Somebody may have taken a higher number between our look and our link: the higher one holds.
      const higher = livingHolder(
        dir,
        numbersIn(dir).filter((other) => other > number),
      )
      if (higher) {
        rmSync(file)
        throw new DataDirBusy({ path: dir, pid: higher.pid })
      }
      for (const stale of numbers) rmSync(join(dir, `${PREFIX}${stale}`), { force: true })
      return () => rmSync(file, { force: true })
    }
  } finally {
    rmSync(own, { force: true })
  }
}
