import { RuntimeUnavailable } from "#src/errors.ts"
import type { AgentTimings } from "#src/limits.ts"
import { openCommandSession } from "#src/runtimes/command/session.ts"
import type { Runtime } from "#src/runtimes/contract.ts"
import { type Confiner, type ConfinerOptions, makeConfiner } from "#src/runtimes/shared/confiner.ts"
import type { Confinement } from "#src/runtimes/shared/confinement.ts"

export interface CommandRuntimeOptions extends ConfinerOptions {
  readonly timings: Pick<AgentTimings, "cancelGraceMillis">
  /** The one of the agent, when other runtimes start programs, too. */
  readonly confiner?: Confiner
}

export interface CommandRuntime extends Runtime {
  /** How tasks are confined here; undefined before the first `check` and where they cannot be. */
  readonly confinement: () => Confinement["name"] | undefined
  readonly close: () => Promise<void>
}

/** Runs one command a task, confined as well as this machine allows; see the README for what reaches it and what does not. */
export const commandRuntime = (options: CommandRuntimeOptions): CommandRuntime => {
  const { timings, env, confiner = makeConfiner(options) } = options
  return {
    name: "command",
    confinement: confiner.name,
    check: async () => {
      const result = await confiner.look()
      return "confinement" in result ? {} : { blockedReason: result.blockedReason }
    },
    open: async (task, host) => {
      const result = await confiner.look()
      if (!("confinement" in result)) throw new RuntimeUnavailable({ message: result.blockedReason })
      const onEnd = confiner.begin()
      try {
        return await openCommandSession({ task, host, timings, env, onEnd, confinement: result.confinement })
      } catch (error) {
        onEnd()
        throw error
      }
    },
    close: confiner.close,
  }
}
