import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { closeSync } from "node:fs"
import { join } from "node:path"
import { signalTree } from "#src/processes/tree.ts"
import { configPathOf, gatewayConfig, gatewayEnvironment, stateDirOf } from "#src/runtimes/openclaw/config.ts"
import { GatewayStartFailed } from "#src/runtimes/openclaw/errors.ts"
import type { OpenclawInstallation } from "#src/runtimes/openclaw/installation.ts"
import { treeMemoryBytes } from "#src/runtimes/openclaw/memory.ts"
import { GATEWAY_TAIL_BYTES, GATEWAY_TAIL_LINES, TIDY_MAX_MILLIS } from "#src/runtimes/openclaw/limits.ts"
import type { Confiner } from "#src/runtimes/shared/confiner.ts"
import { type Confinement, TASK_PATH, type TaskDirs, usesSpawnAccount } from "#src/runtimes/shared/confinement.ts"
import { descriptorOf } from "#src/runtimes/shared/descriptor.ts"
import { killSurvivors } from "#src/runtimes/shared/survivors.ts"
import { lastLines, tail } from "#src/runtimes/shared/tail.ts"
import { exportScript, quoted } from "#src/runtimes/shared/workspace.ts"

export type Exit = readonly [number | null, NodeJS.Signals | null]

export interface GatewayProcess {
  readonly pid: number
  readonly exited: Promise<Exit>
  readonly hasExited: () => boolean
  /** The last it said, for words about its death. */
  readonly lastWords: () => string
  readonly term: () => void
  readonly kill: () => void
  /** Memory of the gateway and of all it started. */
  readonly memoryBytes: () => number
}

/** Where the gateway of a member lives: its own directories, which outlive tasks, and its confinement. */
export interface GatewayHouse {
  readonly confinement: Confinement
  readonly confiner: Confiner
  readonly installation: OpenclawInstallation
  readonly dirs: TaskDirs
  /** The agent's own folder, for what must not be seen in any directory. */
  readonly privateDir: string
  readonly env: NodeJS.ProcessEnv
}

export interface GatewayStart {
  readonly port: number
  readonly token: string
  readonly door: { readonly url: string; readonly token: string }
  /** Nothing of an earlier life of the agent is to be gone on with: its work was given back. */
  readonly isFirst: boolean
}

/** Variables and configuration come by descriptor 3: no argument list shows them. What follows runs confined, under the task's account. */
const START_SCRIPT = 'umask 022; eval "$(cat <&3)" || exit 125; exec 3<&-; ulimit -c 0; exec "$@" 2>&1'

const setup = (house: GatewayHouse, { port, token, door, isFirst }: GatewayStart): string => {
  const { confinement, installation, dirs, env } = house
  const places = confinement.seen(dirs)
  const variables = {
    PATH: `${installation.nodeDir(confinement)}:${TASK_PATH}`,
    LANG: env["LANG"] ?? "C.UTF-8",
    ...(env["TZ"] === undefined ? {} : { TZ: env["TZ"] }),
    USER: "agent",
    LOGNAME: "agent",
    HOME: places.home,
    TMPDIR: places.tmp,
    ...gatewayEnvironment(places, { gateway: token, door: door.token }),
  }
  const config = JSON.stringify(gatewayConfig(port, door.url, places), null, 2)
  // An older configuration must not be in the way; a link in its place must not lead us elsewhere.
  const path = configPathOf(places)
  const old = isFirst ? `rm -rf ${quoted(stateDirOf(places))} ${quoted(places.work)}/*\n` : ""
  return `${exportScript(variables)}${old}rm -rf ${quoted(path)}\n(umask 077; printf %s ${quoted(config)} > ${quoted(path)})\n`
}

const spawnConfined = (house: GatewayHouse, argv: readonly string[], scriptFd: number): ChildProcess => {
  const { confinement, dirs, installation } = house
  const wrapped = confinement.wrap(dirs, ["sh", "-c", START_SCRIPT, "sh", ...argv], installation.mounts)
  return spawn(wrapped.file, [...wrapped.args], {
    ...(usesSpawnAccount(confinement, wrapped.file) ? confinement.account : {}),
    cwd: wrapped.cwd,
    env: { ...wrapped.env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe", scriptFd],
  })
}

/** Starts the gateway of a member. Fails with GatewayStartFailed when not even that can be done. */
export const startGatewayProcess = async (house: GatewayHouse, start: GatewayStart): Promise<GatewayProcess> => {
  const { confinement, confiner, installation, privateDir } = house
  const scriptFd = descriptorOf(privateDir, "gateway-variables", setup(house, start), confinement.account)
  let child: ChildProcess
  try {
    child = spawnConfined(house, [...installation.argv(confinement), "gateway", "run"], scriptFd)
    await Promise.race([once(child, "spawn"), once(child, "error").then(([error]) => Promise.reject(error))])
  } catch (error) {
    throw new GatewayStartFailed({ message: `OpenClaw could not be started: ${String(error)}`, isFinal: false })
  } finally {
    closeSync(scriptFd)
  }
  const { pid } = child
  if (pid === undefined)
    throw new GatewayStartFailed({ message: "OpenClaw was started without a process", isFinal: false })
  const onEnd = confiner.begin()
  const said = tail(GATEWAY_TAIL_BYTES)
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => said.push(chunk))
  let hasExited = false
  const exited = once(child, "exit").then((values): Exit => {
    hasExited = true
    killSurvivors(confinement, pid, onEnd())
    return [values[0] as number | null, values[1] as NodeJS.Signals | null]
  })
  const tell = (name: NodeJS.Signals, minDepth: number): void => {
    if (!hasExited) signalTree(pid, name, minDepth)
  }
  return {
    pid,
    exited,
    hasExited: () => hasExited,
    lastWords: () => lastLines(said.text(), GATEWAY_TAIL_LINES),
    term: () => tell("SIGTERM", confinement.sandboxDepth),
    kill: () => tell("SIGKILL", 0),
    memoryBytes: () => treeMemoryBytes(pid),
  }
}

/**
 * Removes the directory of a task, under the account and in the confinement that could write there: what lies in it may be made to
 * lead elsewhere while it is being removed.
 */
export const tidyTask = async (house: GatewayHouse, name: string): Promise<void> => {
  const { confinement, dirs, privateDir } = house
  const scriptFd = descriptorOf(privateDir, `tidy-${name}`, "", confinement.account)
  let child: ChildProcess
  try {
    // A task may have closed folders of its own.
    const script = 'chmod -R u+rwX -- "$1"; rm -rf -- "$1"'
    child = spawnConfined(house, ["sh", "-c", script, "sh", join(confinement.seen(dirs).work, name)], scriptFd)
  } finally {
    closeSync(scriptFd)
  }
  for (const stream of [child.stdout, child.stderr]) stream?.resume()
  const late = setTimeout(() => child.pid !== undefined && signalTree(child.pid, "SIGKILL"), TIDY_MAX_MILLIS)
  try {
    await once(child, "exit")
  } finally {
    clearTimeout(late)
  }
}
