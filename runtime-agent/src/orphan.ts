import type { AgentTimings } from "#src/limits.ts"
import { pause } from "#src/pause.ts"

export interface OrphanOptions {
  readonly isReachable: () => Promise<boolean>
  readonly timings: Pick<AgentTimings, "orphanCheckMillis" | "orphanMaxMillis">
  readonly parent?: () => number
  readonly signal: AbortSignal
}

/**
 * Resolves true when the process that started us is gone and no control plane answered for `orphanMaxMillis`: nobody will ever
 * stop us then. With either of them there we stay, so that a Muster that comes back finds its agents.
 */
export const becomesOrphan = async (options: OrphanOptions): Promise<boolean> => {
  const { isReachable, timings, signal, parent = () => process.ppid } = options
  const first = parent()
  let aloneSince: number | undefined
  while (!signal.aborted) {
    await pause(timings.orphanCheckMillis, signal)
    if (signal.aborted) break
    const isAlone = parent() !== first && !(await isReachable())
    if (!isAlone) {
      aloneSince = undefined
      continue
    }
    aloneSince ??= performance.now()
    if (performance.now() - aloneSince >= timings.orphanMaxMillis) return true
  }
  return false
}
