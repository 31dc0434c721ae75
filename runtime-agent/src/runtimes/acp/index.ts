import { join } from "node:path"
import type { AcpAgent, RuntimeOptions } from "@muster/domain"
import { messageOf, RuntimeUnavailable } from "#src/errors.ts"
import type { AgentTimings } from "#src/limits.ts"
import { acpAgents, DEFAULT_AGENT } from "#src/runtimes/acp/agents.ts"
import { findInstallation } from "#src/runtimes/acp/installation.ts"
import type { OnStage } from "#src/runtimes/acp/stages.ts"
import type { Runtime, Session } from "#src/runtimes/contract.ts"
import { type Confiner, type ConfinerOptions, makeConfiner } from "#src/runtimes/shared/confiner.ts"
import { removeTree } from "#src/state/remove-tree.ts"
import { makeTurns } from "#src/turns.ts"

export interface AcpRuntimeOptions extends ConfinerOptions {
  readonly timings: Pick<AgentTimings, "cancelGraceMillis">
  /** The one of the agent, when other runtimes start programs, too. */
  readonly confiner?: Confiner
  /** Hears of the moments of each turn. */
  readonly onStage?: OnStage
}

export interface AcpRuntime extends Runtime {
  /** Resolves when nothing is left of ended sessions. */
  readonly close: () => Promise<void>
}

const nothing = (): void => undefined

/** Of work that was over while it waited for its program's turn to start. */
const neverBegun: Session = {
  done: Promise.resolve({ kind: "cancelled" }),
  cancel: nothing,
  pause: nothing,
  resume: nothing,
  answer: nothing,
  decide: nothing,
}

/**
 * Lets an agent that speaks the Agent Client Protocol work: one process a task, confined like a command, over its standard streams.
 * MUSTER_RUNTIMES_DIR says where agents are installed.
 */
export const acpRuntime = (options: AcpRuntimeOptions): AcpRuntime => {
  const { stateDir, timings, env, log, confiner = makeConfiner(options), onStage } = options
  const runtimesDir = env["MUSTER_RUNTIMES_DIR"] || undefined
  /** Directories of ended sessions that are being removed. */
  const leaving = new Set<Promise<void>>()
  /** Of programs that can not start side by side. */
  const starts = makeTurns<AcpAgent>()

  /** Nobody waits for this: the outcome is known. */
  const leave = (root: string): void => {
    const removed: Promise<void> = removeTree(root)
      .catch((error: unknown) =>
        log.warn({ root, reason: messageOf(error) }, "the directory of a task could not be removed"),
      )
      .finally(() => leaving.delete(removed))
    leaving.add(removed)
  }
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
      const onStarted = await starts.enter(entry.startsAlone === true ? agent : undefined, host.signal)
      if (host.signal?.aborted === true) {
        onStarted()
        return neverBegun
      }
      const onEnd = confiner.begin()
      try {
        const home = confiner.keep(confinement, "acp", agent)
        const memory = sessionMemory(join(stateDir, "runtimes", "acp-sessions", agent))
        const place = { confinement, installation, home, memory, leave }
        const heard = onStage === undefined ? {} : { onStage }
        return await openAcpSession({ task, host, ...place, timings, env, onEnd, onStarted, ...heard })
      } catch (error) {
        onStarted()
        onEnd()
        throw error
      }
    },
    close: async () => {
      await Promise.all(leaving)
      await confiner.close()
    },
  }
}
