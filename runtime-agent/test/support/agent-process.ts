import { spawn } from "node:child_process"
import { once } from "node:events"
import { DEFAULT_OUTBOX_CAPS } from "#src/limits.ts"
import { startAgent } from "#src/start.ts"
import { quietLog } from "#test/support/quiet.ts"
import { QUICK_TIMINGS } from "#test/support/world.ts"

/** An agent in a process of its own, with short timings: what a test can kill. */
export interface AgentProcess {
  readonly pid: number
  readonly exited: Promise<number | null>
  readonly signal: (name: NodeJS.Signals) => void
  readonly kill9: () => Promise<void>
}

export const startAgentProcess = (
  stateDir: string,
  env: Record<string, string> = {},
  args: readonly string[] = [],
): AgentProcess => {
  const child = spawn(process.execPath, [import.meta.filename, stateDir, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", process.env["MUSTER_TEST_LOG"] ? "inherit" : "ignore"],
  })
  const exited = once(child, "exit").then(([code]) => code as number | null)
  if (child.pid === undefined) throw new Error("the agent did not start")
  return {
    pid: child.pid,
    exited,
    signal: (name) => child.kill(name),
    kill9: async () => {
      child.kill("SIGKILL")
      await exited
    },
  }
}

if (import.meta.main) {
  const [stateDir = "", parent] = process.argv.slice(2)
  const stopping = new AbortController()
  process.on("SIGTERM", () => stopping.abort())
  const { code } = await startAgent({
    stateDir,
    bootstrapPath: undefined,
    parentPid: parent === undefined ? undefined : Number(parent),
    timings: QUICK_TIMINGS,
    caps: DEFAULT_OUTBOX_CAPS,
    env: process.env,
    log: quietLog,
    stop: stopping.signal,
  })
  process.exit(code)
}
