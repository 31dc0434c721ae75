import type { Shards } from "@muster/operational-state"
import { backoffMillis, pause } from "@muster/platform"
import type { OwnersBus } from "@muster/team-bus"
import type { HandOver } from "#src/at-once.ts"
import type { Foundations } from "#src/core.ts"
import { live } from "#src/life.ts"
import { makeLogClock } from "#src/log-clock.ts"
import { counters } from "#src/metrics.ts"
import { makeOwner } from "#src/owner.ts"

export interface RunningDispatcher {
  /** The short way for dispatches of this process; undefined for those of teams that it does not dispatch for. */
  readonly handOver: HandOver
  /** Ends it and gives its shards back; resolves when nothing of it runs any more. */
  readonly stop: () => Promise<void>
}

export interface StartOptions extends Omit<Foundations, "nowMillis"> {
  readonly bus: OwnersBus
  readonly shards: Shards
  /** See `OwnerOptions.processId`. */
  readonly processId?: string | undefined
}

/**
 * Starts the dispatcher in the background, for its share of the teams. A life that fails is followed by another, after a pause that
 * grows; one whose lease was lost by another as soon as there is a lease again.
 */
export const startDispatcher = (options: StartOptions): RunningDispatcher => {
  const { shards, bus, processId, ...rest } = options
  const { log, timings } = rest
  const clock = makeLogClock()
  const foundations: Foundations = { ...rest, bus, nowMillis: clock.nowMillis }
  const owner = makeOwner({ processId, shards, bus, log, timings, clock })
  let handOver: HandOver | undefined
  const ending = new AbortController()
  const { signal } = ending

  const keepLiving = async (): Promise<void> => {
    let failures = 0
    for (let tenure = await owner.tenure(signal); tenure !== undefined; tenure = await owner.tenure(signal)) {
      const begunMillis = performance.now()
      const either = AbortSignal.any([signal, tenure.over])
      try {
        await live(foundations, either, tenure, (opened) => {
          handOver = opened
        })
        if (either.aborted) continue
      } catch (error) {
        counters.restarts.inc()
        const reason = error instanceof Error ? (error.stack ?? error.message) : "unknown"
        log.error({ reason }, "the dispatcher failed and begins again")
      } finally {
        tenure.leave()
      }
      // Who worked for a while before it failed begins again at once.
      failures = performance.now() - begunMillis > timings.restartMaxMillis ? 0 : failures + 1
      const backoff = { firstMillis: timings.restartFirstMillis, maxMillis: timings.restartMaxMillis }
      await pause(backoffMillis(backoff, failures), signal)
    }
  }

  const beating = new AbortController()
  const running = keepLiving()
  const leasing = owner.run(beating.signal)
  return {
    handOver: (stream, events) => handOver?.(stream, events),
    stop: async () => {
      ending.abort()
      await running
      // Until now the lease is kept: what is under way ends under it.
      beating.abort()
      await leasing
      await owner.leave()
    },
  }
}
