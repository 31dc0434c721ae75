import { RETRY_FIRST_DELAY_MILLIS, RETRY_MAX_DELAY_MILLIS } from "#src/limits.ts"
import { setTimeout as delay } from "node:timers/promises"

/** Milliseconds before try number `failures + 1`: doubling, capped, and spread so that callers do not come back in step. */
export const backoffMillis = (failures: number, random: () => number = Math.random): number => {
  const ceiling = Math.min(RETRY_MAX_DELAY_MILLIS, RETRY_FIRST_DELAY_MILLIS * 2 ** Math.min(failures, 30))
  return ceiling / 2 + (random() * ceiling) / 2
}

/** Waits; an abort just ends the wait early. */
export const pause = async (millis: number, signal?: AbortSignal): Promise<void> => {
  try {
    await delay(millis, undefined, signal === undefined ? {} : { signal })
  } catch (error) {
    if (!(error instanceof Error && error.name === "AbortError")) throw error
  }
}
