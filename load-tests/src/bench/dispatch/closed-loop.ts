/** So many tasks under way at any time, for so long. */
export interface Loop {
  readonly inFlight: number
  /** At first, so that caches and compiled code are warm, and longer until as many have ended as are under way; not counted. */
  readonly warmMillis: number
  readonly measureMillis: number
}

export interface LoopResult {
  readonly perSecond: number
  readonly count: number
  /** From the call to the known outcome, of each task that ended while it was measured. */
  readonly latenciesMillis: readonly number[]
}

/**
 * Keeps `inFlight` tasks under way: `one` hands a task over and resolves when its outcome is known; then the next begins. Counts those that end
 * between warm-up and end. Resolves when the last has ended.
 */
export const closedLoop = async (
  { inFlight, warmMillis, measureMillis }: Loop,
  one: () => Promise<void>,
): Promise<LoopResult> => {
  const warmUntil = performance.now() + warmMillis
  let ended = 0
  let from = Number.POSITIVE_INFINITY
  const latenciesMillis: number[] = []
  const line = async (): Promise<void> => {
    for (let begun = performance.now(); begun < from + measureMillis;) {
      await one()
      const now = performance.now()
      ended += 1
      if (now >= from && now < from + measureMillis) latenciesMillis.push(now - begun)
      else if (now >= warmUntil && ended >= inFlight) from = Math.min(from, now)
      begun = now
    }
  }
  await Promise.all(Array.from({ length: inFlight }, line))
  const count = latenciesMillis.length
  return { count, perSecond: (count * 1_000) / measureMillis, latenciesMillis }
}
