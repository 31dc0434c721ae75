import { spawn, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { AGENT_EXIT, AGENT_NODE_FLAGS, API_PREFIX, type AgentCredentials } from "@muster/contracts"
import type { Api } from "@muster/standalone/testing"
import { ProcessFailed } from "../errors.ts"
import { STOP_TIMEOUT_MILLIS, SUPERVISOR_PAUSE_MILLIS } from "../limits.ts"
import type { OwnClock } from "./clock.ts"
import { through } from "./links.ts"
import { isAlive, signal } from "./processes.ts"
import type { Proxy } from "../proxy/proxy.ts"
import type { SmallDisk } from "./small-disk.ts"

/** An agent of the run's own, started again whenever it ends and nobody wants it gone. */
export interface Agent {
  readonly name: string
  readonly memberId: string
  readonly clock: OwnClock | undefined
  readonly disk: SmallDisk | undefined
  /** kill -9; it stays away until `revive`. */
  readonly kill: () => void
  readonly revive: () => void
  readonly pause: () => void
  readonly resume: () => void
  /** How it ended, each time, oldest first. */
  readonly ends: () => readonly string[]
  readonly logFile: string
  readonly stop: () => Promise<void>
}

export interface AgentOptions {
  readonly name: string
  readonly dir: string
  readonly teamId: string
  readonly memberId: string
  readonly api: Api
  /** Where the control plane is, for output and files. */
  readonly controlPlaneUrl: string
  readonly redis: Proxy
  readonly clock: OwnClock | undefined
  readonly disk: SmallDisk | undefined
}

const PACKAGE = join(dirname(fileURLToPath(import.meta.resolve("@muster/runtime-agent"))), "..")
const BUNDLE = join(PACKAGE, "dist", "runtime-agent.mjs")

/** Whether the agent's bundle was built; its sources do as well, with twice the memory. */
export const hasBundle = (): boolean => existsSync(BUNDLE)
const commandLine = (): readonly string[] =>
  hasBundle() ? [...AGENT_NODE_FLAGS, BUNDLE] : [join(PACKAGE, "src", "main.ts")]

const PRIVATE_DIR_MODE = 0o700
const PRIVATE_FILE_MODE = 0o600

/** Enrols the member from here, and puts a link that can be disturbed between its agent and the bus. */
const enrol = async ({
  api,
  teamId,
  memberId,
  name,
  controlPlaneUrl,
  redis,
}: AgentOptions): Promise<AgentCredentials> => {
  const path = `/teams/${teamId}/members/${memberId}/enroll`
  const { token } = await api.json<{ readonly token: string }>("POST", path, { body: {} })
  const response = await fetch(`${controlPlaneUrl}${API_PREFIX}/agent/bootstrap`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token, agentVersion: "chaos", host: name }),
  })
  if (!response.ok) throw new ProcessFailed({ message: `${name} can not be enrolled: ${await response.text()}` })
  const credentials = (await response.json()) as AgentCredentials
  return { ...credentials, controlPlaneUrl, bus: { ...credentials.bus, url: through(credentials.bus.url, redis) } }
}

const write = (stateDir: string, credentials: AgentCredentials): void => {
  mkdirSync(stateDir, { recursive: true, mode: PRIVATE_DIR_MODE })
  writeFileSync(join(stateDir, "credentials.json"), JSON.stringify(credentials), { mode: PRIVATE_FILE_MODE })
}

const lastReason = (stateDir: string): string => {
  const file = join(stateDir, "last-exit.json")
  return existsSync(file) ? readFileSync(file, "utf8") : ""
}

/** Enrols a member and starts its agent. */
export const startAgent = async (options: AgentOptions): Promise<Agent> => {
  const { name, dir, memberId, clock, disk } = options
  const stateDir = join(disk?.path ?? dir, `${name}-state`)
  const logFile = join(dir, `${name}.log`)
  write(stateDir, await enrol(options))
  const ends: string[] = []
  let child: ChildProcess | undefined
  let isWanted = true

  const start = (): void => {
    const descriptor = openSync(logFile, "a", PRIVATE_FILE_MODE)
    try {
      child = spawn(process.execPath, [...commandLine(), "--state-dir", stateDir], {
        cwd: dir,
        env: { PATH: process.env["PATH"], ...clock?.env },
        detached: true,
        stdio: ["ignore", descriptor, descriptor],
      })
    } finally {
      closeSync(descriptor)
    }
    const own = child
    own.once("exit", (code, by) => void keep(own, code, by))
  }

  /** What a supervisor does with an agent that ended: start it again, with new credentials when it says that it has none. */
  const keep = async (own: ChildProcess, code: number | null, by: NodeJS.Signals | null): Promise<void> => {
    ends.push(by ?? `code ${code} ${lastReason(stateDir)}`)
    await delay(SUPERVISOR_PAUSE_MILLIS)
    if (!isWanted || child !== own) return
    if (code === AGENT_EXIT.notEnrolled)
      try {
        write(stateDir, await enrol(options))
      } catch (error) {
        ends.push(`not enrolled again: ${String(error)}`)
        if (isWanted) void keep(own, code, by)
        return
      }
    if (isWanted) start()
  }
  const pid = (): number => {
    if (child?.pid === undefined) throw new ProcessFailed({ message: `${name} does not run` })
    return child.pid
  }

  start()
  return {
    name,
    memberId,
    clock,
    disk,
    kill: () => {
      isWanted = false
      signal(pid(), "SIGKILL")
    },
    revive: () => {
      isWanted = true
      if (child?.exitCode !== null || child.signalCode !== null) start()
    },
    pause: () => signal(pid(), "SIGSTOP"),
    resume: () => signal(pid(), "SIGCONT"),
    ends: () => ends,
    logFile,
    stop: async () => {
      isWanted = false
      const own = child
      if (own?.pid === undefined || own.exitCode !== null || own.signalCode !== null || !isAlive(own.pid)) return
      const exited = once(own, "exit")
      signal(own.pid, "SIGCONT")
      own.kill("SIGTERM")
      const late = setTimeout(() => own.kill("SIGKILL"), STOP_TIMEOUT_MILLIS)
      await exited
      clearTimeout(late)
    },
  }
}
