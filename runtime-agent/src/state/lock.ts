import { linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Option, Schema } from "effect"
import { hasCode, StateDirBusy } from "#src/errors.ts"
import { processStart } from "#src/processes/inspect.ts"

const Holder = Schema.Struct({ pid: Schema.Int, started: Schema.String })
type Holder = typeof Holder.Type
const decodeHolder = Schema.decodeUnknownOption(Schema.fromJsonString(Holder))

const numbersIn = (dir: string): readonly number[] =>
  readdirSync(dir)
    .map((name) => /^lock\.(\d+)$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .toSorted((a, b) => b - a)

const livingHolder = (dir: string, numbers: readonly number[]): Holder | undefined => {
  for (const number of numbers) {
    try {
      const holder = Option.getOrUndefined(decodeHolder(readFileSync(join(dir, `lock.${number}`), "utf8")))
      if (holder && processStart(holder.pid) === holder.started) return holder
    } catch (error) {
      if (!hasCode(error, "ENOENT")) throw error
    }
  }
  return undefined
}

/**
 * Locks a directory for this process; the result gives it back. Lock files are numbered and linked whole into place, so of two
 * processes that find the same stale lock only one can make the next number. Fails with StateDirBusy.
 */
export const acquireLock = (dir: string): (() => void) => {
  const started = processStart(process.pid)
  if (started === undefined) throw new TypeError("a running process has a start time")
  const own = join(dir, `.lock-of-${process.pid}`)
  writeFileSync(own, JSON.stringify({ pid: process.pid, started } satisfies Holder), { mode: 0o600 })
  try {
    for (;;) {
      const numbers = numbersIn(dir)
      const holder = livingHolder(dir, numbers)
      if (holder) throw new StateDirBusy({ path: dir, pid: holder.pid })
      const number = (numbers[0] ?? 0) + 1
      const file = join(dir, `lock.${number}`)
      try {
        linkSync(own, file)
      } catch (error) {
        if (hasCode(error, "EEXIST")) continue
        throw error
      }
      const newer = numbersIn(dir).filter((other) => other > number)
      const winner = livingHolder(dir, newer)
      if (winner) {
        rmSync(file)
        throw new StateDirBusy({ path: dir, pid: winner.pid })
      }
      for (const stale of numbers) rmSync(join(dir, `lock.${stale}`), { force: true })
      return () => rmSync(file, { force: true })
    }
  } finally {
    rmSync(own, { force: true })
  }
}
