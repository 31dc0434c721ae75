import { type ChildProcess, spawn } from "node:child_process"
import { closeSync, existsSync, openSync, rmSync } from "node:fs"
import { open, rm } from "node:fs/promises"
import { setTimeout as delay } from "node:timers/promises"
import { AGENT_NODE_FLAGS } from "@muster/contracts"
import { type Log, processStart, signal } from "@muster/platform/local"
import { hasCode, InstanceFailed } from "#src/errors.ts"
import { KILL_PATIENCE_MILLIS, LOG_MAX_BYTES, LOG_TAIL_BYTES, STOP_LOOK_MILLIS } from "#src/limits.ts"
import type { InstanceDriver, InstanceExit, InstanceSpec, InstanceStatus } from "#src/port.ts"
import {
  filesOf,
  idsIn,
  type InstanceFiles,
  lastExitOf,
  livingProcess,
  makeInstanceDir,
  type ProcessMark,
  rotateLog,
  startedProcess,
  writePrivately,
} from "#src/process/files.ts"

export interface ProcessDriverOptions {
  /** Directory of the instances (0700), made when missing. */
  readonly root: string
  /** The agent's program: the bundle, or its TypeScript entry. */
  readonly agentMain: string
  /** Node that runs it. Default: the one that runs us. */
  readonly node?: string
  readonly log: Log
  readonly logMaxBytes?: number
}

/** What an agent gets of our environment: where programs are, how text and time are written, which sandbox to use. */
const PASSED_ON = ["PATH", "LANG", "TZ", "MUSTER_BWRAP", "MUSTER_BWRAP_LIBRARIES"] as const

const environment = (spec: InstanceSpec, env: NodeJS.ProcessEnv): Record<string, string> => ({
  ...Object.fromEntries(
    PASSED_ON.flatMap((name) => {
      const value = env[name]
      return value === undefined || value === "" ? [] : [[name, value]]
    }),
  ),
  ...spec.env,
})

const nodeFlags = (agentMain: string): readonly string[] => (agentMain.endsWith(".ts") ? [] : AGENT_NODE_FLAGS)

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Runs agents as processes of this machine, each in a session of its own: Ctrl-C reaches only us, who stop them in order. */
export const processDriver = (options: ProcessDriverOptions): InstanceDriver => {
  const { root, agentMain, node = process.execPath, log, logMaxBytes = LOG_MAX_BYTES } = options
  const listeners = new Set<(id: string) => void>()
  /** How children of ours ended; agents that we took over tell it by a file. */
  const exits = new Map<string, InstanceExit & { readonly pid: number }>()
  const queues = new Map<string, Promise<unknown>>()

  /** One thing at a time for each instance. Every failure comes out as InstanceFailed. */
  const inTurn = <A>(id: string, work: (files: InstanceFiles) => Promise<A>): Promise<A> => {
    const attempt = async (): Promise<A> => {
      try {
        return await work(filesOf(root, id))
      } catch (error) {
        throw error instanceof InstanceFailed ? error : new InstanceFailed({ id, message: messageOf(error) })
      }
    }
    const mine = (queues.get(id) ?? Promise.resolve()).then(attempt, attempt)
    const done = mine.then(
      () => undefined,
      () => undefined, // its caller hears of it
    )
    queues.set(id, done)
    return mine
  }

  const watch = (id: string, child: ChildProcess, pid: number): void => {
    child.once("exit", (code, name) => {
      const reason = name === null ? `ended with code ${code}` : `ended by ${name}`
      exits.set(id, { pid, code: code ?? undefined, reason, at: new Date().toISOString() })
      log.info({ instance: id, pid, reason }, "an agent ended")
      for (const listener of listeners) listener(id)
    })
    // Muster may end while agents run; the next one finds them.
    child.unref()
  }

  const start = async (files: InstanceFiles, spec: InstanceSpec): Promise<void> => {
    makeInstanceDir(files)
    rotateLog(files, logMaxBytes)
    if (spec.invitation) writePrivately(files.bootstrap, JSON.stringify(spec.invitation))
    else rmSync(files.bootstrap, { force: true })
    const logFd = openSync(files.log, "a", 0o600)
    try {
      const args = [...nodeFlags(agentMain), agentMain, "--state-dir", files.state, "--bootstrap", files.bootstrap]
      const child = spawn(node, [...args, "--parent", String(process.pid)], {
        cwd: files.dir,
        env: environment(spec, process.env),
        detached: true,
        stdio: ["ignore", logFd, logFd],
      })
      const { pid } = child
      const failed = new Promise<never>((_, reject) => child.once("error", reject))
      if (pid === undefined) return await failed
      failed.catch((error: unknown) => log.warn({ instance: spec.id, err: error }, "an agent's process had an error"))
      exits.delete(spec.id)
      const started = processStart(pid)
      if (started !== undefined) writePrivately(files.process, JSON.stringify({ pid, started } satisfies ProcessMark))
      watch(spec.id, child, pid)
      log.info({ instance: spec.id, pid }, "an agent was started")
    } finally {
      closeSync(logFd)
    }
  }

  const isGone = ({ pid, started }: ProcessMark): boolean => processStart(pid) !== started
  const goesWithin = async (mark: ProcessMark, millis: number): Promise<boolean> => {
    const deadline = performance.now() + millis
    while (!isGone(mark)) {
      if (performance.now() >= deadline) return false
      await delay(STOP_LOOK_MILLIS)
    }
    return true
  }

  const exitOf = (id: string, files: InstanceFiles): InstanceExit | undefined => {
    const started = startedProcess(files)
    const said = lastExitOf(files)
    if (said && said.pid === started?.pid) return { code: said.code, reason: said.reason, at: said.at }
    const seen = exits.get(id)
    if (seen && seen.pid === started?.pid) return { code: seen.code, reason: seen.reason, at: seen.at }
    if (started === undefined) return undefined
    return { code: undefined, reason: "ended while nobody watched", at: new Date().toISOString() }
  }

  const statusOf = (id: string): InstanceStatus => {
    const files = filesOf(root, id)
    rotateLog(files, logMaxBytes)
    const living = livingProcess(files)
    return {
      id,
      state: living ? "running" : "stopped",
      pid: living?.pid,
      isEnrolled: existsSync(files.credentials),
      lastExit: living ? undefined : exitOf(id, files),
    }
  }

  return {
    name: "process",
    ensure: (spec) =>
      inTurn(spec.id, async (files) => {
        const living = livingProcess(files)
        if (living === undefined) return start(files, spec)
        if (startedProcess(files)?.pid !== living.pid) writePrivately(files.process, JSON.stringify(living))
      }),
    stop: (id, { graceMillis }) =>
      inTurn(id, async (files) => {
        const living = livingProcess(files)
        if (living === undefined) return
        signal(living.pid, "SIGTERM")
        if (await goesWithin(living, graceMillis)) return
        log.warn({ instance: id, pid: living.pid, graceMillis }, "an agent did not end in time and is killed")
        signal(living.pid, "SIGKILL")
        if (!(await goesWithin(living, KILL_PATIENCE_MILLIS)))
          throw new InstanceFailed({ id, message: `process ${living.pid} does not end` })
      }),
    remove: (id) =>
      inTurn(id, async (files) => {
        if (livingProcess(files)) throw new InstanceFailed({ id, message: "it runs: stop it before removing it" })
        exits.delete(id)
        await rm(files.dir, { recursive: true, force: true })
      }),
    list: async () => idsIn(root).map(statusOf),
    logs: (id) =>
      inTurn(id, async (files) => {
        try {
          const handle = await open(files.log, "r")
          try {
            const { size } = await handle.stat()
            const from = Math.max(0, size - LOG_TAIL_BYTES)
            const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - from), 0, size - from, from)
            return buffer.toString("utf8", 0, bytesRead)
          } finally {
            await handle.close()
          }
        } catch (error) {
          if (hasCode(error, "ENOENT")) return ""
          throw error
        }
      }),
    onExit: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
