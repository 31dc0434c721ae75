import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { RuntimeAbility } from "@muster/contracts"
import { AcpAgent } from "@muster/domain"
import type { Logger } from "@muster/platform"
import {
  acpRuntime,
  commandRuntime,
  DEFAULT_TIMINGS,
  makeConfiner,
  openclawRuntime,
  type Runtime,
} from "@muster/runtime-agent"
import { Option, Schema } from "effect"

/** Any member will do: the question is what this machine lets any of them do. */
const PROBE_MEMBER = "00000000-0000-7000-8000-000000000000"

interface Probes {
  readonly command: Runtime
  readonly acp: Runtime
  readonly openclaw: Runtime
}

/** Runtimes as an agent would have them, for as long as `ask` takes. */
const probing = async <A>(log: Logger, env: NodeJS.ProcessEnv, ask: (probes: Probes) => Promise<A>): Promise<A> => {
  const stateDir = await mkdtemp(join(tmpdir(), "muster-probe-"))
  const confined = { memberId: PROBE_MEMBER, stateDir, env, log }
  // One for all: each would test for itself what this machine can do.
  const confiner = makeConfiner(confined)
  const options = { ...confined, confiner, timings: DEFAULT_TIMINGS }
  const openclaw = openclawRuntime({ ...confined, confiner })
  try {
    return await ask({ command: commandRuntime(options), acp: acpRuntime(options), openclaw })
  } finally {
    await openclaw.close()
    await confiner.close()
    await rm(stateDir, { recursive: true, force: true })
  }
}

/** Asks the command runtime, as an agent would, whether it can confine programs on this machine; the reason when it cannot. */
export const commandsBlocked = (log: Logger, env: NodeJS.ProcessEnv): Promise<string | undefined> =>
  probing(log, env, async ({ command }) => (await command.check()).blockedReason)

/** `custom` is whatever a member's own options start: nothing can be said of it beforehand. */
const AGENTS = AcpAgent.literals.filter((agent) => agent !== "custom")

const Installed = Schema.fromJsonString(Schema.Struct({ version: Schema.String }))
const decodeInstalled = Schema.decodeUnknownOption(Installed)

/** The version that lies in the folder of a runtime; null when there is none. */
const versionOf = async (runtimesDir: string, name: string): Promise<string | null> => {
  try {
    const found = decodeInstalled(await readFile(join(runtimesDir, name, "runtime.json"), "utf8"))
    return Option.match(found, { onNone: () => null, onSome: ({ version }) => version })
  } catch (error) {
    if (error instanceof Error && "code" in error) return null
    throw error
  }
}

const look = (log: Logger, env: NodeJS.ProcessEnv): Promise<readonly RuntimeAbility[]> =>
  probing(log, env, async ({ command, acp, openclaw }) => {
    const runtimesDir = env["MUSTER_RUNTIMES_DIR"] ?? ""
    const { blockedReason: unconfined } = await command.check()
    const whether = async (
      check: () => ReturnType<Runtime["check"]>,
    ): Promise<Pick<RuntimeAbility, "state" | "reason">> => {
      if (unconfined !== undefined) return { state: "blocked", reason: unconfined }
      const { blockedReason } = await check()
      return blockedReason === undefined
        ? { state: "ready", reason: null }
        : { state: "missing", reason: blockedReason }
    }
    const needsModel = (runtime: Runtime, options: Parameters<Runtime["check"]>[0] = {}): boolean =>
      typeof runtime.needsModel === "function" ? runtime.needsModel(options) : runtime.needsModel === true
    const agents: RuntimeAbility[] = []
    for (const agent of AGENTS) {
      const options = { acp: { agent } }
      agents.push({
        runtime: "acp",
        agent,
        // One after the other: a handful of files.
        // eslint-disable-next-line no-await-in-loop
        ...(await whether(() => acp.check(options))),
        // eslint-disable-next-line no-await-in-loop
        version: await versionOf(runtimesDir, agent),
        needsModel: needsModel(acp, options),
      })
    }
    return [
      { runtime: "simulated", agent: null, state: "ready", reason: null, version: null, needsModel: false },
      {
        runtime: "command",
        agent: null,
        ...(await whether(() => Promise.resolve({}))),
        version: null,
        needsModel: false,
      },
      ...agents,
      {
        runtime: "openclaw",
        agent: null,
        ...(await whether(() => openclaw.check())),
        version: await versionOf(runtimesDir, "openclaw"),
        needsModel: needsModel(openclaw),
      },
    ]
  })

/**
 * Asks the runtimes, as agents would, what members on this machine could work with right now: runtimes are installed while Muster runs.
 * Who asks while somebody else does gets the same answer.
 */
export const localAbilities = (log: Logger, env: NodeJS.ProcessEnv): (() => Promise<readonly RuntimeAbility[]>) => {
  let looking: Promise<readonly RuntimeAbility[]> | undefined
  return () => {
    looking ??= look(log, env).finally(() => {
      looking = undefined
    })
    return looking
  }
}
