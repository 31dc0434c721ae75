import { execFileSync } from "node:child_process"
import { readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from "node:fs"
import { basename } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { Option, Schema } from "effect"
import { POLL_INTERVAL_MILLIS } from "#src/limits.ts"

const onLinux = process.platform === "linux"

/** An error of the operating system with one of these codes. */
export const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && "code" in error && codes.includes(String(error.code))

/** The value, or undefined when the process went away (or belongs to somebody else) while we looked. */
const ofLiving = <A>(read: () => A): A | undefined => {
  try {
    return read()
  } catch (error) {
    if (hasCode(error, "ENOENT", "ESRCH", "EACCES", "EPERM", "ENOTDIR")) return undefined
    throw error
  }
}

const statFields = (pid: number): readonly string[] | undefined =>
  // The second field is the command in brackets and may hold spaces and brackets itself: read behind its last bracket.
  ofLiving(() => readFileSync(`/proc/${pid}/stat`, "utf8"))
    ?.replace(/^.*\) /s, "")
    .split(" ")

const isZombie = (pid: number): boolean => onLinux && statFields(pid)?.[0] === "Z"

/**
 * When a process started, in a form that is never the same for two processes that had the same pid: kernel ticks since boot
 * with the boot's id (Linux) or the start time of `ps`. Undefined when there is no such process.
 */
export const processStart = (pid: number): string | undefined => {
  if (!onLinux) {
    const started = ofPs(pid, "lstart")
    return started === "" ? undefined : started
  }
  const ticks = statFields(pid)?.[19]
  return ticks === undefined || isZombie(pid)
    ? undefined
    : `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}/${ticks}`
}

/** The short name of the program a process runs; undefined when there is no such process. */
export const commandOf = (pid: number): string | undefined =>
  onLinux ? ofLiving(() => readFileSync(`/proc/${pid}/comm`, "utf8"))?.trim() : ofPs(pid, "comm")

const ofPs = (pid: number, field: "lstart" | "comm"): string | undefined => {
  try {
    return execFileSync("ps", ["-o", `${field}=`, "-p", String(pid)], { encoding: "utf8", stdio: "pipe" }).trim()
  } catch (error) {
    if (error instanceof Error && "status" in error && error.status === 1) return undefined
    throw error
  }
}

/** Who a process is: a pid alone could be recycled, so the start of its process is part of it. */
export const ProcessIdentity = Schema.Struct({ pid: Schema.Int, started: Schema.String })
export type ProcessIdentity = typeof ProcessIdentity.Type
const decodeIdentity = Schema.decodeUnknownOption(Schema.fromJsonString(ProcessIdentity))

/** The identity of a running process, as the text that a lock or a record keeps. */
export const identityText = (pid: number): string | undefined => {
  const started = processStart(pid)
  return started === undefined ? undefined : JSON.stringify({ pid, started } satisfies ProcessIdentity)
}

/** Which process a lock or a record names; undefined when the file is gone or says nothing. */
export const readIdentity = (file: string): ProcessIdentity | undefined => {
  try {
    return Option.getOrUndefined(decodeIdentity(readFileSync(file, "utf8")))
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined
    throw error
  }
}

export const isRunning = (identity: ProcessIdentity): boolean => processStart(identity.pid) === identity.started

/** Notes in a file which process serves here, for the run after a crash. */
export const recordProcess = (file: string, pid: number): void => {
  const text = identityText(pid)
  if (text !== undefined) writeFileSync(file, text, { mode: 0o600 })
}

/** The processes that serve in `dir`: the recorded one, if it still runs, and all of `program` that work there. */
export const leftoversOf = (dir: string, program: RegExp, record: string): readonly number[] => {
  const recorded = readIdentity(record)
  const found = new Set(processesIn(dir, program))
  if (recorded !== undefined && isRunning(recorded)) found.add(recorded.pid)
  return [...found]
}

/**
 * The processes of one program whose working directory is `dir`. Servers of ours work inside their own data directory, which is
 * closed to others, so this names exactly the leftovers of a crashed run: a recycled pid can not be among them. Where the system does
 * not let us look (root without CAP_SYS_PTRACE, as in many containers) the list stays short; the record fills in.
 */
const processesIn = (dir: string, program: RegExp): readonly number[] => {
  const wanted = statSync(dir, { throwIfNoEntry: false })
  if (!wanted) return []
  if (!onLinux) return processesByLsof(dir, program)
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const cwd = ofLiving(() => statSync(`/proc/${pid}/cwd`))
      if (cwd === undefined || cwd.dev !== wanted.dev || cwd.ino !== wanted.ino) return false
      // A program that was replaced on disk since (npm install) reads "… (deleted)".
      const exe = ofLiving(() => readlinkSync(`/proc/${pid}/exe`))?.replace(/ \(deleted\)$/, "")
      return exe !== undefined && program.test(basename(exe)) && !isZombie(pid)
    })
}

const processesByLsof = (dir: string, program: RegExp): readonly number[] => {
  const listing = execFileSync("lsof", ["-d", "cwd", "-Fpcn"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  })
  const found: number[] = []
  let pid = 0
  let command = ""
  for (const line of listing.split("\n")) {
    if (line.startsWith("p")) pid = Number(line.slice(1))
    else if (line.startsWith("c")) command = line.slice(1)
    else if (line === `n${dir}` && program.test(command)) found.push(pid)
  }
  return found
}

/** Sends a signal; a process that is gone already is what the caller wanted. */
export const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!hasCode(error, "ESRCH")) throw error
  }
}

/** Looks again until `condition` holds or the time is up; says which. */
export const becomesTrue = async (
  condition: () => boolean | Promise<boolean>,
  timeoutMillis: number,
): Promise<boolean> => {
  const deadline = performance.now() + timeoutMillis
  for (;;) {
    if (await condition()) return true
    if (performance.now() >= deadline) return false
    await delay(POLL_INTERVAL_MILLIS)
  }
}
