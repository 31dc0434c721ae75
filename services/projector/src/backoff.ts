import { setTimeout as delay } from "node:timers/promises"

export interface Backoff {
  readonly firstMillis: number
  readonly maxMillis: number
}

/** Milliseconds before try number `failures + 1`: doubling, capped, and spread so that retries do not come in step. */
export const backoffMillis = (
  { firstMillis, maxMillis }: Backoff,
  failures: number,
  random: () => number = Math.random,
): number => {
  const ceiling = Math.min(maxMillis, firstMillis * 2 ** Math.min(failures, 30))
  return ceiling / 2 + (random() * ceiling) / 2
}

/** Waits; an abort just ends the wait early. */
export const pause = async (millis: number, signal: AbortSignal): Promise<void> => {
  try {
    await delay(millis, undefined, { signal })
  } catch (error) {
    if (!(error instanceof Error && error.name === "AbortError")) throw error
  }
}
