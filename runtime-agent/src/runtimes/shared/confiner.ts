import { chown, mkdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Log } from "#src/log.ts"
import { type Account, memberAccount } from "#src/runtimes/shared/account.ts"
import type { Confinement } from "#src/runtimes/shared/confinement.ts"
import { findTools, type Tools } from "#src/runtimes/shared/confining-tools.ts"
import { type ConfinementFound, findConfinement, selfTest } from "#src/runtimes/shared/find-confinement.ts"
import { makeTraversableRoot, removeTraversableRoots } from "#src/runtimes/shared/work-roots.ts"
import { makeTaskDirs } from "#src/runtimes/shared/workspace.ts"
import { removeTree } from "#src/state/remove-tree.ts"

export interface ConfinerOptions {
  readonly memberId: string
  /** The agent's state directory: where tasks get their directories, and what they must never be able to read. */
  readonly stateDir: string
  readonly env: NodeJS.ProcessEnv
  readonly log: Log
  readonly tools?: Tools
}

/** How the programs of one member are kept apart: found once, shared by all runtimes that start programs. */
export interface Confiner {
  /** The confinement, or why there is none. Looks again while there is none. */
  readonly look: () => Promise<ConfinementFound>
  /** Undefined before it was found and where there is none. */
  readonly name: () => Confinement["name"] | undefined
  /** A program starts. The result tells its end, and says whether no other one runs as the same account. */
  readonly begin: () => () => boolean
  /** A directory (0700, of the programs' account) that outlives a task: what a runtime keeps for its member. */
  readonly keep: (confinement: Confinement, ...path: readonly string[]) => Promise<string>
  readonly close: () => Promise<void>
}

/** The account tasks of this member run as: its own under root, none of its own otherwise. */
export const taskAccount = (memberId: string): Account | undefined =>
  process.platform === "linux" && process.getuid?.() === 0 ? memberAccount(memberId) : undefined

const KEPT_FOLDER = "runtimes"
const PRIVATE_DIR_MODE = 0o700

export const makeConfiner = (options: ConfinerOptions): Confiner => {
  const { memberId, stateDir, env, log, tools = findTools(env) } = options
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
        blockedReason: "tasks that run programs can be confined on Linux only; use a member placed on a Linux machine",
      }
    const teamDir = env["MUSTER_TEAM_DIR"] || undefined
    found = await findConfinement({ tools, account, teamDir, makeWorkRoot, probe, log })
    return found
  }
  let searching: Promise<ConfinementFound> | undefined
  return {
    // One search at a time: tasks that begin together must not test in the same directory.
    look: () => {
      searching ??= search().finally(() => {
        searching = undefined
      })
      return searching
    },
    name: () => (found !== undefined && "confinement" in found ? found.confinement.name : undefined),
    begin: () => {
      running += 1
      let hasEnded = false
      return () => {
        if (!hasEnded) running -= 1
        hasEnded = true
        return running === 0
      }
    },
    keep: async ({ workRoot, account: owner }, ...path) => {
      // Below the traversable root there is one level only: every folder above would have to be open, too.
      const dir =
        workRoot === undefined ? join(stateDir, KEPT_FOLDER, ...path) : join(workRoot, `kept-${path.join("-")}`)
      await mkdir(dir, { recursive: true, mode: PRIVATE_DIR_MODE })
      if (owner) await chown(dir, owner.uid, owner.gid)
      return dir
    },
    close: async () => {
      for (const root of workRoots) await removeTree(root)
    },
  }
}
