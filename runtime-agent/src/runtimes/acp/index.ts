import { join } from "node:path"
import type { RuntimeOptions } from "@muster/domain"
import { RuntimeUnavailable } from "#src/errors.ts"
import type { AgentTimings } from "#src/limits.ts"
import { acpAgents, DEFAULT_AGENT } from "#src/runtimes/acp/agents.ts"
import { findInstallation } from "#src/runtimes/acp/installation.ts"
import type { Runtime } from "#src/runtimes/contract.ts"
import { type Confiner, type ConfinerOptions, makeConfiner } from "#src/runtimes/shared/confiner.ts"

export interface AcpRuntimeOptions extends ConfinerOptions {
  readonly timings: Pick<AgentTimings, "cancelGraceMillis">
  /** The one of the agent, when other runtimes start programs, too. */
  readonly confiner?: Confiner
}

export interface AcpRuntime extends Runtime {
  readonly close: () => Promise<void>
}

/**
 * Lets an agent that speaks the Agent Client Protocol work: one process a task, confined like a command, over its standard streams.
 * MUSTER_RUNTIMES_DIR says where agents are installed.
 */
export const acpRuntime = (options: AcpRuntimeOptions): AcpRuntime => {
  const { stateDir, timings, env, confiner = makeConfiner(options) } = options
  const runtimesDir = env["MUSTER_RUNTIMES_DIR"] || undefined
  return {
    name: "acp",
    wantsTools: true,
    needsModel: ({ acp }) => acpAgents[acp?.agent ?? DEFAULT_AGENT].dialect !== "own",
    check: async (member: RuntimeOptions = {}) => {
      const confined = await confiner.look()
      if (!("confinement" in confined)) return { blockedReason: confined.blockedReason }
      try {
        await findInstallation(member.acp ?? {}, runtimesDir)
        return {}
      } catch (error) {
        if (error instanceof RuntimeUnavailable) return { blockedReason: error.message }
        throw error
      }
    },
    open: async (task, host) => {
      const confined = await confiner.look()
      if (!("confinement" in confined)) throw new RuntimeUnavailable({ message: confined.blockedReason })
      const { confinement } = confined
      const installation = await findInstallation(task.options.acp ?? {}, runtimesDir)
      const { agent, entry } = installation
      if (entry.dialect !== "own" && task.model === undefined)
        throw new RuntimeUnavailable({
          message: `${entry.title} needs a model endpoint: an owner sets one for the organisation, the team or the member`,
        })
      // Loaded with the first session: agents with another runtime do not pay for it.
      const { openAcpSession, sessionMemory } = await import("#src/runtimes/acp/session.ts")
      const onEnd = confiner.begin()
      try {
        const home = await confiner.keep(confinement, "acp", agent)
        const memory = sessionMemory(join(stateDir, "runtimes", "acp-sessions", agent))
        return await openAcpSession({ task, host, confinement, installation, home, memory, timings, env, onEnd })
      } catch (error) {
        onEnd()
        throw error
      }
    },
    close: confiner.close,
  }
}
