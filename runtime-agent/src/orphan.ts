import type { AgentTimings } from "#src/limits.ts"
import { pause } from "#src/pause.ts"

export interface OrphanOptions {
  readonly isReachable: () => Promise<boolean>
  readonly timings: Pick<AgentTimings, "orphanCheckMillis" | "orphanMaxMillis">
  /** Who started us. Handed in: it may be gone before we first look. */
  readonly parentPid: number
  readonly signal: AbortSignal
}

/**
 * Resolves true when the process that started us is gone and no control plane answered for `orphanMaxMillis`: nobody will ever
 * stop us then. With either of them there we stay, so that a Muster that comes back finds its agents.
 */
export const becomesOrphan = async (options: OrphanOptions): Promise<boolean> => {
  const { isReachable, timings, signal, parentPid } = options
  let aloneSince: number | undefined
  while (!signal.aborted) {
    await pause(timings.orphanCheckMillis, signal)
    if (signal.aborted) break
    const isAlone = process.ppid !== parentPid && !(await isReachable())
    if (!isAlone) {
      aloneSince = undefined
      continue
    }
    aloneSince ??= performance.now()
    if (performance.now() - aloneSince >= timings.orphanMaxMillis) return true
  }
  return false
}
