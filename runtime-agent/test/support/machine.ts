import { spawnSync } from "node:child_process"
import { findTools } from "#src/runtimes/shared/confining-tools.ts"

interface Account {
  readonly uid: number
  readonly gid: number
}

const SANDBOX = [
  "--ro-bind",
  "/",
  "/",
  "--unshare-pid",
  "--unshare-ipc",
  "--unshare-uts",
  "--proc",
  "/proc",
  "--dev",
  "/dev",
]

const succeeds = (command: string, args: readonly string[], account?: Account, libraries?: string): boolean =>
  spawnSync(command, args, {
    cwd: "/",
    stdio: "ignore",
    ...account,
    env: { ...process.env, ...(libraries === undefined ? {} : { LD_LIBRARY_PATH: libraries }) },
  }).status === 0

/** Asked without our code: what this machine lets bubblewrap do, for us or for another account. */
const isSandboxPossible = (account?: Account): boolean => {
  const { bubblewrap, bubblewrapLibraries } = findTools(process.env)
  return bubblewrap !== undefined && succeeds(bubblewrap, [...SANDBOX, "true"], account, bubblewrapLibraries)
}

const isRoot = process.getuid?.() === 0

/** Why a proof can not be run on this machine, in the words of its name; undefined when it can. */
export const missing = (need: {
  readonly sandbox?: boolean
  readonly account?: Account | undefined
}): string | undefined => {
  if (need.account !== undefined && !succeeds(process.execPath, ["--version"], need.account))
    return "skipped: another account can not enter this folder"
  if (need.sandbox === true && !isSandboxPossible(need.account)) return "skipped: bubblewrap can not work here"
  return undefined
}

/** An ordinary account runs programs in a sandbox or not at all; root can also give them an account of their own. */
export const missingForCommands = (): string | undefined => (isRoot ? undefined : missing({ sandbox: true }))

/** What a name ends with when its proof is skipped. */
export const because = (why: string | undefined): string => (why === undefined ? "" : ` (${why})`)
