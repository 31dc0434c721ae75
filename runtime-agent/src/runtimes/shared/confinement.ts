import { execFile } from "node:child_process"
import { createHash } from "node:crypto"
import {
  accessSync,
  chmodSync,
  constants,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
} from "node:fs"
import { delimiter, isAbsolute, join } from "node:path"
import { promisify } from "node:util"
import { hasCode, messageOf } from "#src/errors.ts"
import { SELF_TEST_TIMEOUT_MILLIS } from "#src/limits.ts"
import type { Log } from "#src/log.ts"
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

const SANDBOX_DIRS: TaskDirs = { work: "/work", home: "/home/agent", tmp: "/tmp" }
const SYSTEM_FOLDERS = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"]
const ETC_ENTRIES = [
  "passwd",
  "group",
  "hosts",
  "resolv.conf",
  "ssl",
  "alternatives",
  "nsswitch.conf",
  "ld.so.cache",
  "ld.so.conf",
  "ld.so.conf.d",
]

export interface Tools {
  readonly bubblewrap: string | undefined
  readonly bubblewrapLibraries: string | undefined
  readonly setpriv: string | undefined
}

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR", "EACCES", "ELOOP")) return false // not there, or not for us
    throw error
  }
}

const inPath = (name: string, path: string): string | undefined =>
  [...path.split(delimiter), "/usr/local/bin", "/usr/bin", "/bin"]
    .filter(isAbsolute)
    .map((folder) => join(folder, name))
    .find(isExecutable)

/** Bubblewrap is MUSTER_BWRAP (with MUSTER_BWRAP_LIBRARIES as its library path) or the first in PATH. */
export const findTools = (env: NodeJS.ProcessEnv): Tools => ({
  bubblewrap: env["MUSTER_BWRAP"] || inPath("bwrap", env["PATH"] ?? ""),
  bubblewrapLibraries: env["MUSTER_BWRAP_LIBRARIES"] || undefined,
  setpriv: inPath("setpriv", env["PATH"] ?? ""),
})

const folder = (path: string): readonly string[] => {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return []
  return stat.isSymbolicLink() ? ["--symlink", readlinkSync(path), path] : ["--ro-bind", path, path]
}

const dropTo = (setpriv: string, { uid, gid }: Account, more: readonly string[] = []): readonly string[] => [
  setpriv,
  `--reuid=${uid}`,
  `--regid=${gid}`,
  "--clear-groups",
  "--no-new-privs",
  "--inh-caps=-all",
  "--bounding-set=-all",
  ...more,
  "--",
]

const MOUNTS_FOLDER = "/opt"
const mountedAt = ({ name }: Mount): string => `${MOUNTS_FOLDER}/${name}`

const sandboxArgs = (dirs: TaskDirs, teamDir: string | undefined, mounts: readonly Mount[]): readonly string[] => [
  "--unshare-pid",
  "--unshare-ipc",
  "--unshare-uts",
  "--unshare-cgroup-try",
  "--hostname",
  "muster-task",
  "--die-with-parent",
  "--new-session",
  "--clearenv",
  "--setenv",
  "PATH",
  TASK_PATH,
  "--ro-bind",
  "/usr",
  "/usr",
  ...SYSTEM_FOLDERS.flatMap(folder),
  // Folders that bubblewrap makes on its way are closed to everybody but their owner, which is not the task.
  ...["/etc", "/home", MOUNTS_FOLDER].flatMap((path) => ["--perms", "0755", "--dir", path]),
  ...mounts.flatMap((mount) => ["--ro-bind", mount.from, mountedAt(mount)]),
  ...ETC_ENTRIES.flatMap((name) => ["--ro-bind-try", `/etc/${name}`, `/etc/${name}`]),
  "--proc",
  "/proc",
  "--dev",
  "/dev",
  "--bind",
  dirs.tmp,
  SANDBOX_DIRS.tmp,
  "--bind",
  dirs.home,
  SANDBOX_DIRS.home,
  "--bind",
  dirs.work,
  SANDBOX_DIRS.work,
  ...(teamDir === undefined
    ? []
    : ["--ro-bind-try", teamDir, "/team", "--bind-try", join(teamDir, "context"), "/team/context"]),
  "--chdir",
  "/",
]

/** Only the task's account may enter its directory: not even root without its privileges, so this comes last. */
const ENTER: readonly string[] = ["sh", "-c", `cd ${SANDBOX_DIRS.work} && exec "$@"`, "sh"]

/** No process environment of ours reaches a program that still has our rights. */
const quietEnv = { PATH: TASK_PATH }

const sandbox = (tools: Tools, account: Account | undefined, teamDir: string | undefined): Confinement | undefined => {
  const { bubblewrap, bubblewrapLibraries, setpriv } = tools
  if (bubblewrap === undefined || (account !== undefined && setpriv === undefined)) return undefined
  const identity =
    account === undefined || setpriv === undefined
      ? { privileges: ["--unshare-user", "--cap-drop", "ALL"], prefix: [] }
      : {
          privileges: ["SETUID", "SETGID", "SETPCAP"].reduce(
            (args, capability) => [...args, "--cap-add", `CAP_${capability}`],
            ["--cap-drop", "ALL"],
          ),
          prefix: dropTo(setpriv, account),
        }
  return {
    name: account === undefined ? "sandbox" : "sandbox and account",
    account,
    sandboxDepth: 2,
    workRoot: undefined,
    seen: () => SANDBOX_DIRS,
    seenMount: mountedAt,
    wrap: (dirs, argv, mounts = []) => ({
      file: bubblewrap,
      args: [
        ...identity.privileges,
        ...sandboxArgs(dirs, teamDir, mounts),
        "--",
        ...identity.prefix,
        ...ENTER,
        ...argv,
      ],
      env: bubblewrapLibraries === undefined ? quietEnv : { ...quietEnv, LD_LIBRARY_PATH: bubblewrapLibraries },
      cwd: "/",
    }),
  }
}

const TRAVERSABLE_MODE = 0o711

/** Without a sandbox a task needs its directory where its account can go: not below a data directory that is closed to it. */
const accountOnly = (tools: Tools, account: Account, makeWorkRoot: () => string): Confinement => {
  const workRoot = makeWorkRoot()
  const drop = (argv: readonly string[]): readonly string[] =>
    tools.setpriv === undefined ? argv : [...dropTo(tools.setpriv, account, ["--pdeathsig=KILL"]), ...argv]
  return {
    name: "account",
    account,
    sandboxDepth: 0,
    workRoot,
    seen: (dirs) => dirs,
    seenMount: ({ from }) => from,
    wrap: (dirs, argv) => {
      const [file = "sh", ...args] = drop(argv)
      return { file, args, env: quietEnv, cwd: dirs.work }
    },
  }
}

const workRootPrefix = (stateDir: string): string =>
  `muster-work-${createHash("sha256").update(stateDir).digest("hex").slice(0, 16)}-`

/** Makes a directory for tasks without a sandbox, named after the state directory of its agent. */
export const makeTraversableRoot = (parent: string, stateDir: string): string => {
  const root = mkdtempSync(join(parent, workRootPrefix(stateDir)))
  chmodSync(root, TRAVERSABLE_MODE)
  return root
}

/** Removes such directories that earlier lives of the same agent left behind. */
export const removeTraversableRoots = (parent: string, stateDir: string): void => {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(workRootPrefix(stateDir))) continue
    const path = join(parent, name)
    // The parent is open to everybody: what somebody else put there under this name is not ours to touch.
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (stat?.isDirectory() === true && stat.uid === process.getuid?.()) rmSync(path, { recursive: true, force: true })
  }
}

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

/** True when the system's own change of account at the start is needed, because no tool does it. */
export const usesSpawnAccount = ({ name }: Confinement, file: string): boolean =>
  name === "account" && !file.endsWith("setpriv")

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
