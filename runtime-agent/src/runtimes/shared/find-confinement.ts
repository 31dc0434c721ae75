import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { messageOf } from "#src/errors.ts"
import { SELF_TEST_TIMEOUT_MILLIS } from "#src/limits.ts"
import type { Log } from "#src/log.ts"
import type { Account } from "#src/runtimes/shared/account.ts"
import { type Confinement, type TaskDirs, usesSpawnAccount } from "#src/runtimes/shared/confinement.ts"
import type { Tools } from "#src/runtimes/shared/confining-tools.ts"
import { accountOnly, sandbox } from "#src/runtimes/shared/wrapping.ts"

const run = promisify(execFile)

export interface ProbeDirs extends TaskDirs {
  /** A file that no task may be able to read. */
  readonly secret: string
}

/** Starts a small task in it: undefined when it runs as it should, otherwise what is wrong. */
export const selfTest = async (confinement: Confinement, probe: ProbeDirs): Promise<string | undefined> => {
  const script =
    'id -u; if cat "$1" >/dev/null 2>&1; then echo leak; else echo closed; fi; echo ok > probe && cat probe'
  const { file, args, env, cwd } = confinement.wrap(probe, ["sh", "-c", script, "sh", probe.secret])
  const account = usesSpawnAccount(confinement, file) ? confinement.account : undefined
  try {
    const { stdout } = await run(file, [...args], { ...account, env, cwd, timeout: SELF_TEST_TIMEOUT_MILLIS })
    const [uid, secret, written] = stdout.split("\n")
    const wanted = confinement.account?.uid ?? process.getuid?.()
    if (uid !== String(wanted)) return `a task ran as uid ${uid} instead of ${wanted}`
    if (secret !== "closed") return "a task could read the agent's secrets"
    return written === "ok" ? undefined : "a task could not write into its own directory"
  } catch (error) {
    // Too slow says nothing about the machine: looked at again later rather than settled for less.
    if (error instanceof Error && "killed" in error && error.killed === true) throw error
    return messageOf(error).trim().split("\n").at(-1)
  }
}

export interface ConfinementOptions {
  readonly tools: Tools
  /** Undefined when we do not run as root: then there is no other account to become. */
  readonly account: Account | undefined
  readonly teamDir: string | undefined
  readonly makeWorkRoot: () => string
  readonly probe: (confinement: Confinement) => Promise<string | undefined>
  readonly log: Log
}

export type ConfinementFound = { readonly confinement: Confinement } | { readonly blockedReason: string }

/** The strongest confinement that works here. An ordinary user without a working sandbox has none, and runs nothing. */
export const findConfinement = async (options: ConfinementOptions): Promise<ConfinementFound> => {
  const { tools, account, teamDir, makeWorkRoot, probe, log } = options
  const boxed = sandbox(tools, account, teamDir)
  const boxProblem = boxed === undefined ? "bubblewrap (bwrap) is not installed" : await probe(boxed)
  if (boxed !== undefined && boxProblem === undefined) return { confinement: boxed }
  if (account === undefined)
    return {
      blockedReason: `the command runtime needs a working bubblewrap, since this agent does not run as root: ${boxProblem}. Install the package "bubblewrap" and allow unprivileged user namespaces, or run Muster as root`,
    }
  const plain = accountOnly(tools, account, makeWorkRoot)
  const problem = await probe(plain)
  if (problem !== undefined) return { blockedReason: `tasks can not be confined here: ${boxProblem}; ${problem}` }
  log.warn({ reason: boxProblem }, "no sandbox: tasks are confined by their account alone")
  return { confinement: plain }
}
