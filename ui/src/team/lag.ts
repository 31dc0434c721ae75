import { LAG_KNOWN_MILLIS, LAG_SAMPLES } from "#src/limits.ts"

/** How much later than it could an event came: measured against the quickest of the last ones, since two clocks need not agree. */
export interface LagMeter {
  /** An event that was recorded at `at` (the server's clock) came at `now` (ours), both in epoch milliseconds. */
  readonly note: (at: number, now: number) => void
  /** Milliseconds of the newest event; undefined when none came lately, and nothing can be said. */
  readonly lagAt: (now: number) => number | undefined
}

export function createLagMeter(): LagMeter {
  /** Clock difference and way together, of the last events. */
  let delays: ReadonlyArray<number> = []
  let newest: { readonly delay: number; readonly now: number } | undefined
  return {
    note: (at, now) => {
      const delay = now - at
      newest = { delay, now }
      delays = [...delays.slice(1 - LAG_SAMPLES), delay]
    },
    lagAt: (now) => {
      if (newest === undefined || now - newest.now > LAG_KNOWN_MILLIS) return undefined
      return newest.delay - Math.min(...delays)
    },
  }
}
