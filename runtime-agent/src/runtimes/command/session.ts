import { spawn } from "node:child_process"
import { once } from "node:events"
import { closeSync } from "node:fs"
import { join } from "node:path"
import { RuntimeUnavailable } from "#src/errors.ts"
import {
  type AgentTimings,
  DEFAULT_ARTIFACT_PATTERNS,
  OUTPUT_DRAIN_MILLIS,
  SETUP_ERROR_MAX_BYTES,
} from "#src/limits.ts"
import { pause } from "#src/pause.ts"
import { signalTree } from "#src/processes/tree.ts"
import { collectArtifacts } from "#src/runtimes/shared/collect.ts"
import { type Confinement, usesSpawnAccount } from "#src/runtimes/shared/confinement.ts"
import { exitWords } from "#src/runtimes/shared/exit-words.ts"
import { descriptorOf } from "#src/runtimes/shared/descriptor.ts"
import { makeOutputPipe } from "#src/runtimes/command/output-pipe.ts"
import { killSurvivors } from "#src/runtimes/shared/survivors.ts"
import { lastLines, tail } from "#src/runtimes/shared/tail.ts"
import {
  exportScript,
  makeTaskDirs,
  ownNames,
  taskEnvironment,
  writeTaskFiles,
} from "#src/runtimes/shared/workspace.ts"
import { removeTree } from "#src/state/remove-tree.ts"
import type { Outcome, RuntimeTask, Session, SessionHost } from "#src/runtimes/contract.ts"

export interface CommandSessionOptions {
  readonly task: RuntimeTask
  readonly host: SessionHost
  readonly confinement: Confinement
  readonly timings: Pick<AgentTimings, "cancelGraceMillis">
  readonly env: NodeJS.ProcessEnv
  /** Called when the session has ended; true when no other one runs as the same account. */
  readonly onEnd: () => boolean
}

/**
 * The task's own variables come by descriptor 3 and are set only after all rights are given up; core files would fill the disk;
 * both streams share one pipe, so that their lines keep their order. The agent's mask would close what a task leaves in the team's
 * context folder to the other members; its own directories are closed as they are.
 */
const START_SCRIPT = 'umask 022; eval "$(cat <&3)" || exit 125; exec 3<&-; ulimit -c 0; exec "$@" 2>&1'
const DEFAULT_ARGV: readonly string[] = ["sh", "-s"]

const start = async (options: CommandSessionOptions, root: string) => {
  const { task, host, confinement, env } = options
  const { account } = confinement
  const dirs = await makeTaskDirs(root, account)
  await writeTaskFiles(dirs, task, account)
  const pipe = await makeOutputPipe(host.spoolDir, account)
  const variables = exportScript(taskEnvironment(task, confinement, dirs, env))
  const inputFds = [
    descriptorOf(host.spoolDir, "stdin", task.instructions, account),
    descriptorOf(host.spoolDir, "variables", variables, account),
  ] as const
  const argv = task.options.command?.argv ?? DEFAULT_ARGV
  const wrapped = confinement.wrap(dirs, ["sh", "-c", START_SCRIPT, "sh", ...argv])
  try {
    const child = spawn(wrapped.file, [...wrapped.args], {
      ...(usesSpawnAccount(confinement, wrapped.file) ? account : {}),
      cwd: wrapped.cwd,
      env: { ...wrapped.env },
      // A group of its own: a signal at the terminal is the agent's to pass on.
      detached: true,
      stdio: [inputFds[0], pipe.writerFd, "pipe", inputFds[1]],
    })
    await Promise.race([once(child, "spawn"), once(child, "error").then(([error]) => Promise.reject(error))])
    return { dirs, pipe, child }
  } catch (error) {
    pipe.destroy()
    throw new RuntimeUnavailable({ message: `the task could not be started: ${String(error)}` })
  } finally {
    pipe.closeWriter()
    for (const fd of inputFds) closeSync(fd)
  }
}

const outcomeOf = (code: number | null, signal: NodeJS.Signals | null, output: string, setup: string): Outcome => {
  const summary = lastLines(output)
  const exit = code === null ? {} : { exitCode: code }
  if (code === 0) return { kind: "succeeded", summary, ...exit }
  // Only the tools that prepare the task can write here: the command never began.
  if (setup !== "")
    return {
      kind: "failed",
      reason: "runtime-unavailable",
      message: `the task could not be started: ${setup}`,
      isRetryable: true,
    }
  const message = exitWords(code, signal)
  return { kind: "failed", reason: "exit-code", message, isRetryable: true, summary, ...exit }
}

/** Starts a command. Fails with RuntimeUnavailable. */
export const openCommandSession = async (options: CommandSessionOptions): Promise<Session> => {
  const { task, host, confinement, timings } = options
  const root = confinement.workRoot === undefined ? host.workDir : join(confinement.workRoot, task.assignmentId)
  const { dirs, pipe, child } = await start(options, root)
  const { pid } = child
  if (pid === undefined) throw new RuntimeUnavailable({ message: "the task was started without a process" })
  const exited = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>
  await host.process(pid)

  const output = tail()
  const setupErrors = tail(SETUP_ERROR_MAX_BYTES)
  child.stderr?.on("data", (chunk: Buffer) => setupErrors.push(chunk))
  const readAll = async (): Promise<void> => {
    for await (const chunk of pipe.reader) {
      output.push(chunk)
      await host.output(chunk)
    }
  }
  const reading = readAll()
  let hasEnded = false
  let isStopped = false

  const run = async (): Promise<Outcome> => {
    try {
      // A spool that cannot take more (disk full) must end the command, not leave it hanging on a full pipe.
      const broken = reading.then(() => new Promise<never>(() => undefined))
      const [code, signal] = await Promise.race([exited, broken])
      hasEnded = true
      killSurvivors(confinement, child.pid, options.onEnd())
      if (confinement.sandboxDepth > 0) await reading
      else await Promise.race([reading, pause(OUTPUT_DRAIN_MILLIS)])
      if (!isStopped)
        await collectArtifacts({
          root: dirs.work,
          patterns: task.options.command?.artifacts ?? DEFAULT_ARTIFACT_PATTERNS,
          except: ownNames(task),
          ownerUid: confinement.account?.uid,
          host,
        })
      return outcomeOf(code, signal, output.text(), setupErrors.text().trim())
    } finally {
      if (!hasEnded) {
        signalTree(pid, "SIGKILL")
        hasEnded = true
        killSurvivors(confinement, child.pid, options.onEnd())
      }
      pipe.destroy()
      await removeTree(root)
    }
  }

  const tell = (name: NodeJS.Signals, minDepth = 0): void => {
    if (!hasEnded) signalTree(pid, name, minDepth)
  }
  return {
    done: run(),
    cancel: (reason) => {
      if (hasEnded || isStopped) return
      isStopped = reason !== "time-limit"
      tell("SIGTERM", confinement.sandboxDepth)
      tell("SIGCONT") // a process that is held would not hear it
      setTimeout(() => tell("SIGKILL"), timings.cancelGraceMillis).unref()
    },
    pause: () => tell("SIGSTOP"),
    resume: () => tell("SIGCONT"),
    // A plain command asks nothing.
    answer: () => undefined,
    decide: () => undefined,
  }
}
