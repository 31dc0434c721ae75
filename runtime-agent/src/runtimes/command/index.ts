import { rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { RuntimeUnavailable } from "#src/errors.ts"
import type { AgentTimings } from "#src/limits.ts"
import type { Log } from "#src/log.ts"
import { killAllOf } from "#src/processes/tree.ts"
import { memberAccount, type Account } from "#src/runtimes/command/account.ts"
import {
  type Confinement,
  type ConfinementFound,
  findConfinement,
  findTools,
  makeTraversableRoot,
  removeTraversableRoots,
  selfTest,
  type Tools,
} from "#src/runtimes/command/confinement.ts"
import { openCommandSession } from "#src/runtimes/command/session.ts"
import { removeTree } from "#src/state/remove-tree.ts"
import { makeTaskDirs } from "#src/runtimes/command/workspace.ts"
import type { Runtime } from "#src/runtimes/contract.ts"

export interface CommandRuntimeOptions {
  readonly memberId: string
  /** The agent's state directory: where tasks get their directories, and what they must never be able to read. */
  readonly stateDir: string
  readonly timings: Pick<AgentTimings, "cancelGraceMillis">
  readonly env: NodeJS.ProcessEnv
  readonly log: Log
  readonly tools?: Tools
}

export interface CommandRuntime extends Runtime {
  /** How tasks are confined here; undefined before the first `check` and where they cannot be. */
  readonly confinement: () => Confinement["name"] | undefined
  readonly close: () => Promise<void>
}

/** The account tasks of this member run as: its own under root, none of its own otherwise. */
export const taskAccount = (memberId: string): Account | undefined =>
  process.platform === "linux" && process.getuid?.() === 0 ? memberAccount(memberId) : undefined

/** Runs one command a task, confined as well as this machine allows; see the README for what reaches it and what does not. */
export const commandRuntime = (options: CommandRuntimeOptions): CommandRuntime => {
  const { memberId, stateDir, timings, env, log, tools = findTools(env) } = options
  const account = taskAccount(memberId)
  const workRoots: string[] = []
  let running = 0
  if (account) removeTraversableRoots(tmpdir(), stateDir)
  let found: ConfinementFound | undefined

  const probe = async (confinement: Confinement): Promise<string | undefined> => {
    const root = join(confinement.workRoot ?? join(stateDir, "work"), "self-test")
    const secret = join(stateDir, "self-test-secret")
    try {
      const dirs = await makeTaskDirs(root, confinement.account)
      await writeFile(secret, "secret", { mode: 0o600 })
      return await selfTest(confinement, { ...dirs, secret })
    } finally {
      await removeTree(root)
      await rm(secret, { force: true })
    }
  }
  const makeWorkRoot = (): string => {
    const root = makeTraversableRoot(tmpdir(), stateDir)
    workRoots.push(root)
    return root
  }
  const search = async (): Promise<ConfinementFound> => {
    if (found !== undefined && "confinement" in found) return found
    if (process.platform !== "linux")
      return {
        blockedReason: "the command runtime can confine tasks on Linux only; use a member placed on a Linux machine",
      }
    const teamDir = env["MUSTER_TEAM_DIR"] || undefined
    found = await findConfinement({ tools, account, teamDir, makeWorkRoot, probe, log })
    return found
  }
  let searching: Promise<ConfinementFound> | undefined
  /** One search at a time: tasks that begin together must not test in the same directory. */
  const look = (): Promise<ConfinementFound> => {
    searching ??= search().finally(() => {
      searching = undefined
    })
    return searching
  }
  return {
    name: "command",
    confinement: () => (found !== undefined && "confinement" in found ? found.confinement.name : undefined),
    check: async () => {
      const result = await look()
      return "confinement" in result ? {} : { blockedReason: result.blockedReason }
    },
    open: async (task, host) => {
      const result = await look()
      if (!("confinement" in result)) throw new RuntimeUnavailable({ message: result.blockedReason })
      running += 1
      const onEnd = (): boolean => {
        running -= 1
        return running === 0
      }
      try {
        return await openCommandSession({
          task,
          host,
          timings,
          env,
          onEnd,
          killAllOf,
          confinement: result.confinement,
        })
      } catch (error) {
        onEnd()
        throw error
      }
    },
    close: async () => {
      for (const root of workRoots) await removeTree(root)
    },
  }
}
