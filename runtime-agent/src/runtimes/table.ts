import type { Runtime as RuntimeName } from "@muster/domain"
import { RuntimeUnavailable } from "#src/errors.ts"
import type { Runtime } from "#src/runtimes/contract.ts"

/** The runtimes that this agent has. */
export type Runtimes = Readonly<Partial<Record<RuntimeName, Runtime>>>

const unknown = (name: RuntimeName): Runtime => {
  const reason = `this agent has no runtime "${name}": it may need a newer version of Muster`
  return {
    name,
    needsNoFolders: true,
    check: async () => ({ blockedReason: reason }),
    open: async () => {
      throw new RuntimeUnavailable({ message: reason })
    },
  }
}

/** The runtime of that name; for one that this agent does not have, one that says so. */
export const runtimeOf = (runtimes: Runtimes, name: RuntimeName): Runtime => runtimes[name] ?? unknown(name)
