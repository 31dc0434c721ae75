import type { Account } from "#src/runtimes/shared/account.ts"

/** Directories of one task on this machine. */
export interface TaskDirs {
  readonly work: string
  readonly home: string
  readonly tmp: string
}

/** How a task is kept apart from Muster's data, from other members and from this agent. */
export interface Confinement {
  readonly name: "sandbox and account" | "account" | "sandbox"
  /** Who tasks run as; undefined: as the agent, inside the sandbox. */
  readonly account: Account | undefined
  /** Processes above this depth of the tree are the sandbox's own. */
  readonly sandboxDepth: number
  /** Where directories of tasks have to be, when the agent's state directory will not do. */
  readonly workRoot: string | undefined
  /** Program, arguments and environment that start `argv` inside, where the mounts can be read. */
  readonly wrap: (dirs: TaskDirs, argv: readonly string[], mounts?: readonly Mount[]) => Wrapped
  /** The directories as the task sees them. */
  readonly seen: (dirs: TaskDirs) => TaskDirs
  /** A mount's folder as the task sees it. */
  readonly seenMount: (mount: Mount) => string
}

/** A folder of programs that a task may read besides the system's. */
export interface Mount {
  readonly name: string
  readonly from: string
}

export interface Wrapped {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
}

export const TASK_PATH = "/usr/local/bin:/usr/bin:/bin"

/** True when the system's own change of account at the start is needed, because no tool does it. */
export const usesSpawnAccount = ({ name }: Confinement, file: string): boolean =>
  name === "account" && !file.endsWith("setpriv")
