import { spawn } from "node:child_process"
import { once } from "node:events"
import { closeSync } from "node:fs"
import { dirname, join } from "node:path"
import type { Readable, Writable } from "node:stream"
import { RuntimeUnavailable } from "#src/errors.ts"
import { signalTree } from "#src/processes/tree.ts"
import { type Launch, type LaunchContext } from "#src/runtimes/acp/agents.ts"
import type { Installation } from "#src/runtimes/acp/installation.ts"
import type { OnStage } from "#src/runtimes/acp/stages.ts"
import type { RuntimeTask, SessionHost } from "#src/runtimes/contract.ts"
import { type Confinement, TASK_PATH, type TaskDirs, usesSpawnAccount } from "#src/runtimes/shared/confinement.ts"
import { descriptorOf } from "#src/runtimes/shared/descriptor.ts"
import { exportScript, makeTaskDirs, quoted, taskEnvironment, writeTaskFiles } from "#src/runtimes/shared/workspace.ts"

export interface AgentStart {
  readonly task: RuntimeTask
  readonly host: Pick<SessionHost, "spoolDir">
  readonly confinement: Confinement
  readonly installation: Installation
  readonly env: NodeJS.ProcessEnv
  /** Below it the directories of this task are made. */
  readonly root: string
  /** The member's own, which outlives the task; made while the task's own are made. */
  readonly home: Promise<string>
  readonly onStage?: OnStage
}

export interface AgentProcess {
  readonly pid: number
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  readonly exited: Promise<readonly [number | null, NodeJS.Signals | null]>
  readonly hasExited: () => boolean
  /** Signals the agent and all it has started; with `gently` not what confines it. */
  readonly tell: (name: NodeJS.Signals, gently?: boolean) => void
  readonly dirs: TaskDirs
}

/** The variables come by descriptor 3, so that no argument list shows a key. */
const START_SCRIPT = 'umask 022; eval "$(cat <&3)" || exit 125; exec 3<&-; ulimit -c 0; exec "$@"'

/**
 * Settings of the agent, written anew at each start: by the agent's own account and inside its confinement, since the folder is the
 * agent's and may hold links that lead elsewhere.
 */
const settingsScript = ({ files = {} }: Launch, home: string): string =>
  Object.entries(files)
    .map(([name, text]) => {
      const path = join(home, name)
      return `(umask 077; mkdir -p ${quoted(dirname(path))} && printf %s ${quoted(text)} > ${quoted(path)})\n`
    })
    .join("")

/** Starts an agent in its confinement. Fails with RuntimeUnavailable. */
export const startAgentProcess = async (start: AgentStart): Promise<AgentProcess> => {
  const { task, host, confinement, installation, env, root, onStage } = start
  const { account, sandboxDepth } = confinement
  const options = task.options.acp ?? {}
  const make = async (): Promise<TaskDirs> => {
    const made = await makeTaskDirs(root, account)
    await writeTaskFiles(made, task, account)
    return made
  }
  const [made, home] = await Promise.all([make(), start.home])
  onStage?.("prepared")
  const dirs = { ...made, home }
  const seen = confinement.seen(dirs)
  const context: LaunchContext = {
    program: installation.program(confinement),
    home: seen.home,
    model: task.model === undefined ? undefined : { ...task.model, model: options.model ?? task.model.model },
    options,
  }
  const launch = installation.entry.launch(context)
  const variables = {
    ...taskEnvironment(task, confinement, dirs, env, { ...launch.env, ...options.env }),
    PATH: [...installation.path(confinement), TASK_PATH].join(":"),
  }
  const script = exportScript(variables) + settingsScript(launch, seen.home)
  const variablesFd = descriptorOf(host.spoolDir, "variables", script, account)
  const wrapped = confinement.wrap(dirs, ["sh", "-c", START_SCRIPT, "sh", ...launch.argv], installation.mounts)
  try {
    const child = spawn(wrapped.file, [...wrapped.args], {
      ...(usesSpawnAccount(confinement, wrapped.file) ? account : {}),
      cwd: wrapped.cwd,
      env: { ...wrapped.env },
      detached: true,
      stdio: ["pipe", "pipe", "pipe", variablesFd],
    })
    const exited = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>
    exited.catch(() => undefined) // an error before the start is told below
    await Promise.race([once(child, "spawn"), once(child, "error").then(([error]) => Promise.reject(error))])
    onStage?.("started")
    const { pid, stdin, stdout, stderr } = child
    if (pid === undefined || stdin === null || stdout === null || stderr === null)
      throw new TypeError("it has no process or no streams")
    let hasExited = false
    child.once("exit", () => {
      hasExited = true
    })
    return {
      pid,
      stdin,
      stdout,
      stderr,
      exited,
      hasExited: () => hasExited,
      tell: (name, gently = false) => {
        if (!hasExited) signalTree(pid, name, gently ? sandboxDepth : 0)
      },
      dirs,
    }
  } catch (error) {
    throw new RuntimeUnavailable({ message: `${installation.entry.title} could not be started: ${String(error)}` })
  } finally {
    closeSync(variablesFd)
  }
}
