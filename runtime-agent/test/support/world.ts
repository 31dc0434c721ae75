import { randomUUID } from "node:crypto"
import { chmodSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { AgentCredentials } from "@muster/contracts"
import type { RuntimeOptions } from "@muster/domain"
import { startTestRedis, tempDir, type TestRedis } from "@muster/platform/testing"
import type { AgentEnd } from "#src/agent.ts"
import { type AgentTimings, DEFAULT_OUTBOX_CAPS, DEFAULT_TIMINGS, type OutboxCaps } from "#src/limits.ts"
import { startAgent } from "#src/start.ts"
import { type FakeControlPlane, startFakeControlPlane } from "#test/support/control-plane.ts"
import { type FakeDispatcher, startFakeDispatcher } from "#test/support/dispatcher.ts"
import { quietLog } from "#test/support/quiet.ts"

export const QUICK_TIMINGS: AgentTimings = {
  ...DEFAULT_TIMINGS,
  takeBlockMillis: 100,
  presenceBeatMillis: 100,
  ackTimeoutMillis: 700,
  generationCheckMillis: 100,
  progressIntervalMillis: 100,
  retryFirstMillis: 20,
  retryMaxMillis: 200,
  cancelGraceMillis: 300,
  stopGraceMillis: 300,
  stopFlushMillis: 2_000,
  runtimeRecheckMillis: 200,
  orphanCheckMillis: 50,
  orphanMaxMillis: 300,
  refusedProbeMillis: 100,
}

export interface Settings {
  readonly slots?: number
  readonly runtime?: "simulated" | "command"
  readonly runtimeOptions?: RuntimeOptions
}

export interface RunningAgent {
  readonly ended: Promise<AgentEnd>
  readonly stop: () => Promise<AgentEnd>
}

/** Redis, a control plane, a dispatcher and the state directory of one member's agent. */
export interface World {
  readonly redis: TestRedis
  readonly controlPlane: FakeControlPlane
  readonly dispatcher: FakeDispatcher
  readonly credentials: AgentCredentials
  readonly stateDir: string
  readonly start: (options?: {
    caps?: OutboxCaps
    timings?: Partial<AgentTimings>
    env?: NodeJS.ProcessEnv
  }) => RunningAgent
  readonly close: () => Promise<void>
}

export interface Base {
  readonly redis: TestRedis
  readonly controlPlane: FakeControlPlane
  readonly close: () => Promise<void>
}

/** What the tests of one file share. */
export const makeBase = async (): Promise<Base> => {
  const redis = await startTestRedis()
  const controlPlane = await startFakeControlPlane()
  return {
    redis,
    controlPlane,
    close: async () => {
      await controlPlane.stop()
      await redis.stop()
    },
  }
}

/** A member of its own with credentials in place; nothing of it touches another world. */
export const makeWorld = async ({ redis, controlPlane }: Base, settings: Settings = {}): Promise<World> => {
  const dir = tempDir("muster-test-agent-")
  const member = { teamId: randomUUID(), memberId: randomUUID() }
  const dispatcher = await startFakeDispatcher(redis.url, member)
  const { slots = 1, runtime = "simulated", runtimeOptions = {} } = settings
  const address = new URL(redis.url)
  const credentials = {
    ...member,
    incarnation: randomUUID(),
    controlPlaneUrl: controlPlane.url,
    apiKey: "agent-key",
    bus: { url: `redis://${address.host}`, username: "default", password: decodeURIComponent(address.password) },
    settings: { slots, runtime, runtimeOptions },
  } as AgentCredentials
  const stateDir = join(dir.path, "agent")
  mkdirSync(stateDir, { mode: 0o700 })
  chmodSync(stateDir, 0o700)
  writeFileSync(join(stateDir, "credentials.json"), JSON.stringify(credentials), { mode: 0o600 })
  const running = new Set<RunningAgent>()
  return {
    redis,
    controlPlane,
    dispatcher,
    credentials,
    stateDir,
    start: ({ caps = DEFAULT_OUTBOX_CAPS, timings = {}, env = process.env } = {}) => {
      const stopping = new AbortController()
      const ended = startAgent({
        stateDir,
        bootstrapPath: undefined,
        parentPid: undefined,
        caps,
        env,
        timings: { ...QUICK_TIMINGS, ...timings },
        log: quietLog,
        stop: stopping.signal,
      })
      const agent: RunningAgent = {
        ended,
        stop: () => {
          stopping.abort()
          return ended
        },
      }
      running.add(agent)
      return agent
    },
    close: async () => {
      await Promise.all([...running].map((agent) => agent.stop()))
      await dispatcher.stop()
      dir.remove()
    },
  }
}
