import { spawn, type ChildProcess } from "node:child_process"
import { randomBytes } from "node:crypto"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { connectApi, signIn, type Api } from "./api.ts"
import { MusterFailed } from "./errors.ts"
import { guard } from "./guard.ts"
import { privateOwnerUrl } from "./run-file.ts"
import { environmentOf, type SharedServers } from "./servers.ts"
import { LOG_TAIL_LINES, START_TIMEOUT_MILLIS, STOP_TIMEOUT_MILLIS } from "./limits.ts"
import { waitFor } from "./wait.ts"

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url))

export interface StartOptions {
  /** The database and the bus to work on, shared with other products. Default: private ones. */
  readonly servers?: SharedServers
  /** The data directory; removed by `stop`. Default: a new one below the system's temporary one. */
  readonly dataDir?: string
  /** More environment: DATABASE_URL, REDIS_URL, … */
  readonly env?: Readonly<Record<string, string>>
  /** Agents from their built file, as `npm start` runs them; needs a build. Default: from their sources. */
  readonly isBundled?: boolean
  /** Called with each line the product prints. */
  readonly onLine?: (line: string) => void
}

/** A line of the structured log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly msg?: string }

/** A product of its own: own process, own port, own data directory below the system's temporary one. */
export interface Muster {
  readonly url: string
  readonly port: number
  readonly dataDir: string
  /** The code of the one-time setup link. */
  readonly setupCode: string
  readonly pid: () => number
  /** As the role that owns the tables of its database. */
  readonly ownerDatabaseUrl: () => string
  /** All that it has printed since its last start, one line each. */
  readonly lines: () => readonly string[]
  readonly log: () => readonly LogLine[]
  /** Stops the process where it stands (SIGSTOP), and lets it go on (SIGCONT). Its children are left to themselves. */
  readonly freeze: () => void
  readonly thaw: () => void
  /** Ends the process as a crash would; its children are left to themselves. */
  readonly kill9: () => Promise<void>
  /** SIGTERM, and waits for the end; returns the exit code. */
  readonly terminate: () => Promise<number | null>
  /** Starts it again on the same data, address and environment, and waits until it is ready. */
  readonly start: () => Promise<void>
  /** SIGTERM if it runs, then removes its data. */
  readonly stop: () => Promise<void>
}

export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  if (address === null || typeof address === "string") throw new TypeError("a TCP server has a port")
  return address.port
}

const isReady = async (url: string): Promise<true | undefined> => {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) })
    await response.arrayBuffer()
    return response.ok ? true : undefined
  } catch (error) {
    // Not listening yet: fetch says so with a TypeError; a slow answer is a timeout.
    if (error instanceof TypeError || (error instanceof DOMException && error.name === "TimeoutError")) return undefined
    throw error
  }
}

const parseLine = (line: string): readonly LogLine[] => {
  if (!line.startsWith("{")) return []
  return [JSON.parse(line) as LogLine]
}

interface Running {
  readonly child: ChildProcess
  readonly pid: number
  readonly dismiss: () => Promise<void>
  readonly exited: Promise<number | null>
}

const started = new Set<Muster>()

/** Products that were started and not stopped for good. */
export const startedProducts = (): readonly Muster[] => [...started]

export const startMuster = async (options: StartOptions = {}): Promise<Muster> => {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "muster-proof-"))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const setupCode = randomBytes(18).toString("base64url")
  let lines: string[] = []
  let running: Running | undefined

  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(MUSTER_|VITEST|NODE_ENV)/.test(name))),
    ...(process.env["MUSTER_TOOLS_DIR"] === undefined ? {} : { MUSTER_TOOLS_DIR: process.env["MUSTER_TOOLS_DIR"] }),
    ...(process.env["MUSTER_BWRAP"] === undefined ? {} : { MUSTER_BWRAP: process.env["MUSTER_BWRAP"] }),
    MUSTER_PORT: String(port),
    MUSTER_DATA_DIR: dataDir,
    MUSTER_SETUP_CODE: setupCode,
    ...(options.servers === undefined ? {} : environmentOf(options.servers)),
    ...options.env,
  }

  const start = async (): Promise<void> => {
    lines = []
    const child = spawn(process.execPath, [MAIN, ...(options.isBundled === true ? ["--bundled"] : [])], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    })
    const { pid } = child
    if (pid === undefined) throw new MusterFailed({ message: `${MAIN} can not be started` })
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on("line", (line) => {
        lines.push(line)
        options.onLine?.(line)
      })
    let ended = false
    const exited = once(child, "close").then(([code]: unknown[]) => {
      ended = true
      return typeof code === "number" ? code : null
    })
    running = { child, pid, dismiss: guard(pid, dataDir), exited }
    await waitFor(
      "the product is ready",
      () => {
        if (ended) throw new MusterFailed({ message: `the product ended:\n${lines.slice(-LOG_TAIL_LINES).join("\n")}` })
        return isReady(url)
      },
      START_TIMEOUT_MILLIS,
      () => lines.slice(-LOG_TAIL_LINES),
    )
  }

  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (running === undefined) return null
    const { child, exited, dismiss } = running
    running = undefined
    child.kill(signal)
    // One that was stopped hears nothing else.
    child.kill("SIGCONT")
    const late = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MILLIS)
    const code = await exited
    clearTimeout(late)
    await dismiss()
    return code
  }

  const stop = async (): Promise<void> => {
    started.delete(muster)
    await end("SIGTERM")
    rmSync(dataDir, { recursive: true, force: true })
  }

  const muster: Muster = {
    url,
    port,
    dataDir,
    setupCode,
    pid: () => {
      if (running === undefined) throw new MusterFailed({ message: "the product does not run" })
      return running.pid
    },
    lines: () => lines,
    log: () => lines.flatMap(parseLine),
    ownerDatabaseUrl: () => options.servers?.ownerUrl ?? privateOwnerUrl(dataDir),
    freeze: () => process.kill(muster.pid(), "SIGSTOP"),
    thaw: () => process.kill(muster.pid(), "SIGCONT"),
    kill9: async () => {
      await end("SIGKILL")
    },
    terminate: () => end("SIGTERM"),
    start,
    stop,
  }
  try {
    await start()
  } catch (error) {
    await stop()
    throw error
  }
  started.add(muster)
  return muster
}

/** The same person on another product over the same database. */
export const signedInOn = (muster: Muster, api: Api): Api => connectApi(muster.url, api.cookie)

/** Starts a product and signs in as its first person, the owner. */
export const startSignedIn = async (options: StartOptions = {}): Promise<{ muster: Muster; api: Api }> => {
  const muster = await startMuster(options)
  try {
    return { muster, api: await signIn(muster.url, muster.setupCode, "Olive Owner") }
  } catch (error) {
    await muster.stop()
    throw error
  }
}
