import { lstatSync, readlinkSync } from "node:fs"
import { join } from "node:path"
import type { Account } from "#src/runtimes/shared/account.ts"
import { type Confinement, type Mount, TASK_PATH, type TaskDirs } from "#src/runtimes/shared/confinement.ts"
import type { Tools } from "#src/runtimes/shared/confining-tools.ts"

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

/** Bubblewrap, and under root an account of its own as well. Undefined where a program for it is missing. */
export const sandbox = (
  tools: Tools,
  account: Account | undefined,
  teamDir: string | undefined,
): Confinement | undefined => {
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

/** Without a sandbox a task needs its directory where its account can go: not below a data directory that is closed to it. */
export const accountOnly = (tools: Tools, account: Account, makeWorkRoot: () => string): Confinement => {
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
