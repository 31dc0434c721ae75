import { randomBytes } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Loop } from "../dispatch/closed-loop.ts"
import type { BenchContext } from "../frame.ts"
import { openHelper } from "../helper/open.ts"
import type { BenchPostgres, BenchRedis } from "../servers.ts"

export interface ProductInput {
  readonly ownerUrl: string
  readonly appUrl: string
  readonly redisUrl: string
  readonly dataDir: string
  /** Lets one person in. */
  readonly setupCode: string
  /** Where the agents write profiles of their processor time, if they do. */
  readonly profileDir: string | undefined
}

export interface TeamInput {
  readonly name: string
  readonly members: number
  readonly slots: number
  /** `manual`: their agents are somebody else's business. */
  readonly placement: "local" | "manual"
}

export interface MadeTeam {
  readonly teamId: string
  readonly memberIds: readonly string[]
}

export interface Invitation {
  readonly token: string
  readonly controlPlaneUrl: string
}

export interface LoopFigures {
  readonly perSecond: number
  readonly count: number
  readonly p50Millis: number
  readonly p99Millis: number
}

/** Seconds of processor time since the process began. */
export interface Usage {
  readonly cpuSeconds: number
}

/** Muster as it is shipped, all services in one process of its own, with commands handed to it behind its door. */
export interface Product {
  readonly pid: number
  readonly url: string
  readonly setupCode: string
  /** Makes a team; with local agents it waits until they are heard. */
  readonly makeTeam: (team: TeamInput) => Promise<MadeTeam>
  readonly invite: (member: { readonly teamId: string; readonly memberId: string }) => Promise<Invitation>
  /** Resolves when the members are heard. */
  readonly untilPresent: (team: MadeTeam) => Promise<void>
  /** Keeps tasks under way, each awaited until its outcome is in the log. */
  readonly loop: (team: MadeTeam, loop: Loop) => Promise<LoopFigures>
  /** Has so many tasks carried out; resolves when the last has its outcome. */
  readonly carryOut: (team: MadeTeam, tasks: { readonly count: number; readonly inFlight: number }) => Promise<void>
  readonly usage: () => Promise<Usage>
  /** Bytes of the heap after a forced collection. */
  readonly heapBytes: () => Promise<number>
  readonly ask: <A>(what: string, input?: unknown) => Promise<A>
  readonly stop: () => Promise<void>
}

export interface ProductOptions {
  readonly postgres: Pick<BenchPostgres, "ownerUrl" | "appUrl">
  readonly redis: Pick<BenchRedis, "url">
  /** Names its profile. */
  readonly name?: string
}

/** Starts Muster on the given servers, with a data directory of its own. It is stopped when the benchmark is over. */
export const openProduct = async (
  context: BenchContext,
  { postgres, redis, name = "muster" }: ProductOptions,
): Promise<Product> => {
  context.tell("starting a Muster …")
  const dataDir = mkdtempSync(join(tmpdir(), "muster-bench-"))
  context.defer(() => rmSync(dataDir, { recursive: true, force: true }))
  const { ownerUrl, appUrl } = postgres
  const { profileDir } = context
  const setupCode = randomBytes(18).toString("base64url")
  const input: ProductInput = { ownerUrl, appUrl, redisUrl: redis.url, dataDir, setupCode, profileDir }
  const path = join(import.meta.dirname, "muster-process.ts")
  const helper = await openHelper(context, { path, name, input })
  const { ask, pid, stop } = helper
  return {
    pid,
    url: await ask<string>("url"),
    setupCode,
    makeTeam: (team) => ask("makeTeam", team),
    invite: (member) => ask("invite", member),
    untilPresent: (team) => ask("untilPresent", team),
    loop: (team, loop) => ask("loop", { team, loop }),
    carryOut: (team, tasks) => ask("carryOut", { team, ...tasks }),
    usage: () => ask("usage"),
    heapBytes: () => ask("heapBytes"),
    ask,
    stop,
  }
}
