import { execFileSync } from "node:child_process"
import { readdirSync, readFileSync, statSync } from "node:fs"
import { hasCode } from "#src/errors.ts"

const onLinux = process.platform === "linux"

const ofLiving = <A>(read: () => A): A | undefined => {
  try {
    return read()
  } catch (error) {
    if (hasCode(error, "ENOENT", "ESRCH", "EACCES", "EPERM")) return undefined
    throw error
  }
}

/** What `/proc/<pid>/stat` says of a process, as far as we need it. */
export interface ProcessStat {
  readonly pid: number
  readonly state: string
  readonly parent: number
  readonly group: number
  /** Kernel ticks since boot. */
  readonly startTicks: string
}

export const statOf = (pid: number): ProcessStat | undefined => {
  const text = ofLiving(() => readFileSync(`/proc/${pid}/stat`, "utf8"))
  if (text === undefined) return undefined
  // The second field is the command in brackets and may hold spaces and brackets itself: read behind its last bracket.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ")
  return {
    pid,
    state: fields[0] ?? "?",
    parent: Number(fields[1]),
    group: Number(fields[2]),
    startTicks: fields[19] ?? "?",
  }
}

export const bootId = (): string => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()

/**
 * When a process started, in a form that is never the same for two processes that had the same pid. Undefined when there is no
 * such process (a zombie is none).
 */
export const processStart = (pid: number): string | undefined => {
  if (!onLinux) {
    const listed = ofPs(pid)
    return listed === "" ? undefined : listed
  }
  const stat = statOf(pid)
  return stat === undefined || stat.state === "Z" ? undefined : `${bootId()}/${stat.startTicks}`
}

const ofPs = (pid: number): string => {
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", stdio: "pipe" }).trim()
  } catch (error) {
    if (error instanceof Error && "status" in error && error.status === 1) return ""
    throw error
  }
}

const allPids = (): readonly number[] =>
  onLinux
    ? readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .map(Number)
    : []

const living = (pids: readonly number[]): readonly ProcessStat[] =>
  pids.map(statOf).filter((stat): stat is ProcessStat => stat !== undefined && stat.state !== "Z")

/** All living processes (Linux; elsewhere none). */
export const allProcesses = (): readonly ProcessStat[] => living(allPids())

/** The account a process runs as; undefined when it is gone. */
export const uidOf = (pid: number): number | undefined => ofLiving(() => statSync(`/proc/${pid}`).uid)

/** All living processes of an account (Linux; elsewhere none). */
export const processesOf = (uid: number): readonly ProcessStat[] =>
  living(allPids().filter((pid) => uidOf(pid) === uid))
