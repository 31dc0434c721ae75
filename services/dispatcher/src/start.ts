import { backoffMillis, pause } from "@muster/platform"
import type { Foundations } from "#src/core.ts"
import { live } from "#src/life.ts"
import { counters, gauges } from "#src/metrics.ts"
import { whileOwner } from "#src/owner.ts"

export interface RunningDispatcher {
  /** Ends it; resolves when nothing of it runs any more. */
  readonly stop: () => Promise<void>
}

/** Starts the dispatcher in the background. A life that fails is followed by another, after a pause that grows. */
export const startDispatcher = (options: Foundations & { readonly databaseUrl: string }): RunningDispatcher => {
  const { databaseUrl, log, timings, ...rest } = options
  const foundations: Foundations = { ...rest, log, timings }
  const ending = new AbortController()

  const livesOf = async (signal: AbortSignal): Promise<void> => {
    let failures = 0
    gauges.isOwner.set(1)
    while (!signal.aborted) {
      const begunMillis = Date.now()
      try {
        await live(foundations, signal)
      } catch (error) {
        counters.restarts.inc()
        const reason = error instanceof Error ? (error.stack ?? error.message) : "unknown"
        log.error({ reason }, "the dispatcher failed and begins again")
      }
      // Who worked for a while before it failed begins again at once.
      failures = Date.now() - begunMillis > timings.restartMaxMillis ? 0 : failures + 1
      if (!signal.aborted)
        await pause(
          backoffMillis({ firstMillis: timings.restartFirstMillis, maxMillis: timings.restartMaxMillis }, failures),
          signal,
        )
    }
    gauges.isOwner.set(0)
  }

  const running = whileOwner({ databaseUrl, pollMillis: timings.ownershipPollMillis, log }, ending.signal, livesOf)
  return {
    stop: async () => {
      ending.abort()
      await running
    },
  }
}
