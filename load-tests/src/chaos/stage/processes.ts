import { readdirSync, readFileSync } from "node:fs"
import { setTimeout as delay } from "node:timers/promises"
import { KILL_PATIENCE_MILLIS, LOOK_AGAIN_MILLIS } from "../limits.ts"

const isGone = (error: unknown): boolean =>
  error instanceof Error && "code" in error && ["ENOENT", "ESRCH"].includes(String(error.code))

/** Sends a signal to a process; one that is gone already is no fault. */
export const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!isGone(error)) throw error
  }
}

/** Parent of each process of this machine. */
const parents = (): ReadonlyMap<number, number> => {
  const found = new Map<number, number>()
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue
    try {
      // The command in brackets may hold anything: read behind its last bracket.
      const fields = readFileSync(`/proc/${name}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ")
      if (fields[0] !== "Z") found.set(Number(name), Number(fields[1]))
    } catch (error) {
      if (!isGone(error)) throw error
    }
  }
  return found
}

/** A process and its children (their children are not asked for: none of ours have any that matter). */
export const withChildren = (pid: number): readonly number[] => [
  pid,
  ...[...parents()].flatMap(([child, parent]) => (parent === pid ? [child] : [])),
]

export const isAlive = (pid: number): boolean => parents().has(pid)

/** Waits until none of them lives, and kills what does not go by itself. */
export const seeOff = async (pids: readonly number[]): Promise<void> => {
  const deadline = performance.now() + KILL_PATIENCE_MILLIS
  for (;;) {
    const living = pids.filter(isAlive)
    if (living.length === 0) return
    if (performance.now() >= deadline) {
      for (const pid of living) {
        signal(pid, "SIGCONT")
        signal(pid, "SIGKILL")
      }
      return
    }
    await delay(LOOK_AGAIN_MILLIS)
  }
}
