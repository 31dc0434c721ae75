import { readdirSync, readFileSync } from "node:fs"

interface Running {
  readonly pid: number
  readonly parent: number
  /** Together with the pid it names one process for good. */
  readonly startedAt: string
}

const isGone = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")

const look = (pid: number): Running | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    // The name may hold blanks and brackets; behind it: state, parent, …; the start time is the 22nd field.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
    return fields[0] === "Z" ? undefined : { pid, parent: Number(fields[1]), startedAt: fields[19] ?? "" }
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

const all = (): readonly Running[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/u.test(name))
    .flatMap((pid) => look(Number(pid)) ?? [])

/** What a process has started, and what that has. */
export const descendantsOf = (pid: number): readonly Running[] => {
  const running = all()
  const found: Running[] = []
  let parents = new Set([pid])
  while (parents.size > 0) {
    const children = running.filter(({ parent }) => parents.has(parent))
    found.push(...children)
    parents = new Set(children.map((child) => child.pid))
  }
  return found
}

/** Those of them that still run. */
export const stillRunning = (processes: readonly Running[]): readonly Running[] =>
  processes.filter(({ pid, startedAt }) => look(pid)?.startedAt === startedAt)

export const killAll = (processes: readonly Running[]): void => {
  for (const { pid } of stillRunning(processes)) process.kill(pid, "SIGKILL")
}
