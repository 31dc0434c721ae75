import { spawn } from "node:child_process"
import { once } from "node:events"
import { closeSync, constants, existsSync, openSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import type { Account } from "#src/local/accounts.ts"
import { PostgresFailed } from "#src/local/errors.ts"
import type { Log } from "#src/local/log.ts"
import { followOutput } from "#src/local/output.ts"
import { freePort } from "#src/local/ports.ts"
import { becomesTrue, commandOf, leftoversOf, recordProcess, signal } from "#src/local/processes.ts"
import {
  POLL_INTERVAL_MILLIS,
  PORT_ATTEMPTS,
  POSTGRES_FAST_STOP_TIMEOUT_MILLIS,
  POSTGRES_IMMEDIATE_STOP_TIMEOUT_MILLIS,
  POSTGRES_MAX_CONNECTIONS,
  POSTGRES_READY_TIMEOUT_MILLIS,
  POSTGRES_SHARED_BUFFERS_MEGABYTES,
} from "#src/limits.ts"
import type { PostgresBinaries } from "#src/local/postgres/binaries.ts"

const PROGRAM = /^postgres$/

/** Beside the cluster, not in it: the server's account may write there. */
const recordOf = (cluster: string): string => `${cluster}.process`

export interface ServerOptions {
  readonly binaries: PostgresBinaries
  readonly cluster: string
  readonly account: Account | undefined
  readonly log: Log
  readonly durable: boolean
  /** Default: `POSTGRES_MAX_CONNECTIONS`. */
  readonly maxConnections?: number | undefined
  /** More settings by their names. */
  readonly settings?: Readonly<Record<string, string>> | undefined
  /** Without one a free port is taken. */
  readonly port?: number
}

export interface PostgresServer {
  readonly port: number
  readonly pid: number
  /** Settles when the server is gone, asked or not. */
  readonly closed: Promise<unknown>
  /** Fast shutdown: open transactions are rolled back, the cluster is left clean. */
  readonly stop: () => Promise<void>
}

const settings = (
  port: number,
  { durable, maxConnections = POSTGRES_MAX_CONNECTIONS, settings: more = {} }: ServerOptions,
): readonly string[] =>
  Object.entries({
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    max_connections: String(maxConnections),
    shared_buffers: `${POSTGRES_SHARED_BUFFERS_MEGABYTES}MB`,
    password_encryption: "scram-sha-256",
    timezone: "UTC",
    log_timezone: "UTC",
    log_line_prefix: "",
    // Statements and row values hold people's data: they stay out of the log.
    log_min_error_statement: "panic",
    log_error_verbosity: "terse",
    ...(durable ? { fsync: "on" } : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
    ...more,
  }).flatMap(([name, value]) => ["-c", `${name}=${value}`])

/**
 * How loud a line of the server is here. A failed statement (ERROR) is told by whoever sent it, and a connection that an orderly stop cuts
 * (FATAL … administrator command) is no news.
 */
const loudness = (level: string | undefined, text: string): "error" | "warn" | "debug" => {
  if (level === "PANIC") return "error"
  if (level === "FATAL" && !text.includes("due to administrator command")) return "warn"
  return level === "WARNING" ? "warn" : "debug"
}

const logLine =
  (log: Log) =>
  (line: string): void => {
    const [, level, text = line] = /^(LOG|WARNING|ERROR|FATAL|PANIC):\s+(.*)$/.exec(line) ?? []
    log[loudness(level, text)]({ server: "postgres" }, text)
  }

/** The eighth line of postmaster.pid is the server's own word on its state. */
const isReady = (cluster: string, pid: number): boolean => {
  const file = join(cluster, "postmaster.pid")
  if (!existsSync(file)) return false
  const lines = readFileSync(file, "utf8").split("\n")
  return Number(lines[0]) === pid && lines[7]?.trim() === "ready"
}

const launch = async (options: ServerOptions, port: number): Promise<PostgresServer> => {
  const { cluster, account, binaries } = options
  const descriptor = openSync(cluster, constants.O_RDONLY | constants.O_DIRECTORY)
  const child = spawn(
    binaries.postgres,
    // Under root the server reaches its directory through an inherited descriptor: nothing above it is opened to its account.
    ["-D", account ? "/proc/self/fd/3" : cluster, ...settings(port, options)],
    {
      ...account,
      cwd: "/",
      // A session of its own: Ctrl-C at the terminal stops Muster first, and Muster stops the server last.
      detached: true,
      env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" },
      stdio: ["ignore", "ignore", "pipe", descriptor],
    },
  )
  closeSync(descriptor)
  const output = followOutput([child.stderr], logLine(options.log))
  const closed = once(child, "close")
  let isClosed = false
  const markClosed = () => {
    isClosed = true
  }
  closed.then(markClosed, markClosed)
  const pid = child.pid
  if (pid !== undefined) recordProcess(recordOf(cluster), pid)
  const ready =
    pid !== undefined && (await becomesTrue(() => isClosed || isReady(cluster, pid), POSTGRES_READY_TIMEOUT_MILLIS))
  if (pid === undefined || !ready || isClosed) {
    child.kill("SIGQUIT")
    if (pid !== undefined) await closed
    throw new PostgresFailed({ message: "PostgreSQL did not start", output: output.tail() })
  }
  const stop = async (): Promise<void> => {
    if (isClosed) return
    child.kill("SIGINT")
    const timer = new AbortController()
    const late = delay(POSTGRES_FAST_STOP_TIMEOUT_MILLIS, "late", { signal: timer.signal, ref: false }).catch(
      () => "stopped",
    )
    if ((await Promise.race([closed, late])) === "late") {
      options.log.warn({ server: "postgres" }, "PostgreSQL did not stop in time; stopping it at once")
      child.kill("SIGQUIT")
      await closed
    }
    timer.abort()
  }
  return { port, pid, closed, stop }
}

/** Starts the server on a cluster and waits until it takes connections. Fails with PostgresFailed. */
export const startServer = async (options: ServerOptions): Promise<PostgresServer> => {
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort())
    try {
      return await launch(options, port)
    } catch (error) {
      const lostPort = error instanceof PostgresFailed && /could not (bind|create any TCP)/.test(error.output)
      if (!lostPort || attempt === PORT_ATTEMPTS) throw error
      await delay(POLL_INTERVAL_MILLIS)
    }
  }
}

/**
 * A crash leaves postmaster.pid. When its pid has gone to another program since, PostgreSQL would take that program for a server and refuse
 * to start. We know better: nothing serves this cluster, and the one named there is no PostgreSQL.
 */
const dropStalePidFile = (cluster: string): void => {
  const file = join(cluster, "postmaster.pid")
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, "utf8").split("\n")[0])
  if (commandOf(pid) !== "postgres") rmSync(file)
}

/** Stops what a crashed run left on this cluster, and waits until nothing of it is left. Foreign processes are never touched. */
export const stopLeftover = async (cluster: string, log: Log): Promise<void> => {
  const leftovers = () => leftoversOf(cluster, PROGRAM, recordOf(cluster))
  const left = leftovers()
  if (left.length === 0) return dropStalePidFile(cluster)
  log.warn(
    { server: "postgres", processes: left.length },
    "stopping the PostgreSQL that an interrupted run left behind",
  )
  const gone = () => leftovers().length === 0
  const file = join(cluster, "postmaster.pid")
  const recorded = existsSync(file) ? Number(readFileSync(file, "utf8").split("\n")[0]) : 0
  // Only the first process takes orders; when it is gone the others leave by themselves.
  if (left.includes(recorded)) signal(recorded, "SIGINT")
  if (await becomesTrue(gone, POSTGRES_FAST_STOP_TIMEOUT_MILLIS)) return
  for (const pid of leftovers()) signal(pid, "SIGQUIT")
  if (await becomesTrue(gone, POSTGRES_IMMEDIATE_STOP_TIMEOUT_MILLIS)) return
  for (const pid of leftovers()) signal(pid, "SIGKILL")
  if (!(await becomesTrue(gone, POSTGRES_IMMEDIATE_STOP_TIMEOUT_MILLIS)))
    throw new PostgresFailed({ message: "an old PostgreSQL on this data directory can not be stopped", output: "" })
}
