import { execFileSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"

const MICROS_PER_SECOND = 1e6

let ticks: number | undefined
const ticksPerSecond = (): number => (ticks ??= Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" })))

interface Times {
  readonly parent: number
  /** Clock ticks of the process and of its children that have ended. */
  readonly ticks: number
}

const timesOf = (pid: number | string): Times | undefined => {
  try {
    // The name in brackets may hold blanks; fields are counted from the state behind it.
    const fields = (readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1) ?? "").split(" ")
    const at = (index: number) => Number(fields[index])
    return { parent: at(1), ticks: at(11) + at(12) + at(13) + at(14) }
  } catch (error) {
    if (error instanceof Error && "code" in error && ["ENOENT", "ESRCH"].includes(String(error.code))) return undefined
    throw error
  }
}

/** Processor time in microseconds that the processes and their direct children have used so far. To 10 ms each. */
export const processorMicros = (pids: readonly number[]): number => {
  let sum = 0
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const times = timesOf(pid)
    if (times !== undefined && (pids.includes(Number(pid)) || pids.includes(times.parent))) sum += times.ticks
  }
  return (sum * MICROS_PER_SECOND) / ticksPerSecond()
}

/** The same for the processes alone. */
export const ownProcessorMicros = (pids: readonly number[]): number =>
  (pids.reduce((sum, pid) => sum + (timesOf(pid)?.ticks ?? 0), 0) * MICROS_PER_SECOND) / ticksPerSecond()

/** Of the first threads of the processes: where JavaScript runs. */
export const firstThreadMicros = (pids: readonly number[]): number =>
  (pids.reduce((sum, pid) => sum + (timesOf(`${pid}/task/${pid}`)?.ticks ?? 0), 0) * MICROS_PER_SECOND) /
  ticksPerSecond()
