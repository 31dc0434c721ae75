import { spawn } from "node:child_process"
import { once } from "node:events"
import { closeSync, constants, openSync } from "node:fs"
import { setTimeout as delay } from "node:timers/promises"
import { Redis } from "ioredis"
import type { Account } from "#src/local/accounts.ts"
import { RedisFailed } from "#src/local/errors.ts"
import type { Log } from "#src/local/log.ts"
import { followOutput } from "#src/local/output.ts"
import { becomesTrue } from "#src/local/processes.ts"
import type { Tool } from "#src/local/tools/find.ts"
import { REDIS_READY_TIMEOUT_MILLIS, REDIS_STOP_TIMEOUT_MILLIS } from "#src/limits.ts"

export interface RedisOptions {
  readonly tool: Tool
  /** Its working directory, which `account` owns; nothing is written there. */
  readonly dir: string
  readonly port: number
  readonly password: string
  readonly account: Account | undefined
  readonly log: Log
  /** Called at once with the pid, before the server is known to work. */
  readonly onSpawn?: (pid: number) => void
}

export interface RedisServer {
  readonly pid: number
  /** Settles when the server is gone, asked or not. */
  readonly closed: Promise<unknown>
  readonly stop: () => Promise<void>
  readonly kill9: () => Promise<void>
}

export const redisUrl = (port: number, password: string): string => `redis://:${password}@127.0.0.1:${port}`

/** Read by the server from its input: the password is in no argument and in no file. */
const configuration = ({ port, password }: RedisOptions): string =>
  [
    "bind 127.0.0.1",
    `port ${port}`,
    `requirepass ${password}`,
    "protected-mode yes",
    "daemonize no",
    // The bus can be rebuilt from the log: keeping a copy on disk would only add a second truth.
    'save ""',
    "appendonly no",
    // A full memory must refuse work visibly; evicting would lose tasks.
    "maxmemory-policy noeviction",
    "stop-writes-on-bgsave-error no",
    "enable-debug-command no",
    "enable-module-command no",
    "loglevel notice",
    "",
  ].join("\n")

/** Programs under root are run through a descriptor, so that they may lie where the server's account can not go. */
const viaDescriptors = (tool: Tool): { path: string; env: Record<string, string>; descriptors: readonly number[] } => {
  const program = openSync(tool.path, constants.O_RDONLY)
  const folders = (tool.env["LD_LIBRARY_PATH"] ?? "").split(":").filter((folder) => folder !== "")
  const libraries = folders.map((folder) => openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY))
  const libraryPath = libraries.map((_, index) => `/proc/self/fd/${index + 4}`).join(":")
  return {
    path: "/proc/self/fd/3",
    env: libraries.length === 0 ? {} : { LD_LIBRARY_PATH: libraryPath },
    descriptors: [program, ...libraries],
  }
}

const answers = async (port: number, password: string): Promise<boolean> => {
  const probe = new Redis(redisUrl(port, password), {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  })
  probe.on("error", () => undefined) // the rejection below says the same
  try {
    await probe.connect()
    return (await probe.ping()) === "PONG"
  } catch (error) {
    if (error instanceof Error) return false
    throw error
  } finally {
    probe.disconnect()
  }
}

/** Starts a Redis on 127.0.0.1 and waits until it answers. Fails with RedisFailed. */
export const launchRedis = async (options: RedisOptions): Promise<RedisServer> => {
  const { tool, account, log, port } = options
  const how = account ? viaDescriptors(tool) : { path: tool.path, env: tool.env, descriptors: [] }
  const child = spawn(how.path, ["-"], {
    ...account,
    argv0: tool.path,
    cwd: options.dir,
    // A session of its own: Ctrl-C at the terminal stops Muster first, and Muster stops the server last.
    detached: true,
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C", ...how.env },
    stdio: ["pipe", "pipe", "pipe", ...how.descriptors],
  })
  for (const descriptor of how.descriptors) closeSync(descriptor)
  if (child.pid !== undefined) options.onSpawn?.(child.pid)
  const output = followOutput([child.stdout, child.stderr], (line) =>
    line.includes(" # ") ? log.debug({ server: "redis", warning: true }, line) : log.debug({ server: "redis" }, line),
  )
  const exited = once(child, "close")
  let isClosed = false
  const markClosed = () => {
    isClosed = true
  }
  exited.then(markClosed, markClosed)
  child.stdin?.on("error", (error) => log.debug({ server: "redis", error: error.message }, "Redis closed its input"))
  child.stdin?.end(configuration(options))
  const ready = await becomesTrue(
    async () => isClosed || (await answers(port, options.password)),
    REDIS_READY_TIMEOUT_MILLIS,
  )
  const pid = child.pid
  if (pid === undefined || !ready || isClosed) {
    child.kill("SIGKILL")
    if (pid !== undefined) await exited
    throw new RedisFailed({ message: "Redis did not start", output: output.tail() })
  }
  const end = async (name: NodeJS.Signals): Promise<void> => {
    if (isClosed) return
    child.kill(name)
    const timer = new AbortController()
    const late = delay(REDIS_STOP_TIMEOUT_MILLIS, "late", { signal: timer.signal, ref: false }).catch(() => "stopped")
    if ((await Promise.race([exited, late])) === "late") {
      child.kill("SIGKILL")
      await exited
    }
    timer.abort()
  }
  return { pid, closed: exited, stop: () => end("SIGTERM"), kill9: () => end("SIGKILL") }
}
