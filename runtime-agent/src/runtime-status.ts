import type { TaskEnvelope } from "@muster/contracts"
import type { RuntimeOptions } from "@muster/domain"
import { messageOf } from "#src/errors.ts"
import type { Log } from "#src/log.ts"
import { latch } from "#src/pause.ts"
import { runtimeOf, type Runtimes } from "#src/runtimes/table.ts"

/** Whether the member's runtime can work here; looked at again while it cannot. */
export interface RuntimeStatus {
  readonly blockedReason: () => string | null
  readonly recheck: () => void
  readonly run: (signal: AbortSignal) => Promise<void>
}

export interface RuntimeStatusOptions {
  readonly runtimes: Runtimes
  readonly current: () => TaskEnvelope["runtime"]
  readonly runtimeOptions: () => RuntimeOptions
  readonly recheckMillis: number
  readonly onChange: () => void
  readonly log: Log
}

export const watchRuntime = (options: RuntimeStatusOptions): RuntimeStatus => {
  const { runtimes, current, runtimeOptions, recheckMillis, onChange, log } = options
  const wake = latch()
  let reason: string | null = "the runtime has not been looked at yet"
  const look = async (): Promise<string | null> => {
    try {
      const { blockedReason } = await runtimeOf(runtimes, current()).check(runtimeOptions())
      return blockedReason ?? null
    } catch (error) {
      return `the ${current()} runtime could not be checked: ${messageOf(error)}`
    }
  }
  return {
    blockedReason: () => reason,
    recheck: wake.ring,
    run: async (signal) => {
      while (!signal.aborted) {
        const found = await look()
        if (found !== reason) {
          reason = found
          if (found !== null)
            log.warn({ runtime: current(), reason: found }, "the runtime cannot work here; tasks wait")
          onChange()
        }
        await wake.wait(recheckMillis, signal)
      }
    },
  }
}
