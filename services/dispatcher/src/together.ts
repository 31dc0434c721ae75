class LoopEnded extends Error {
  override readonly name = "LoopEnded"
}

/** Runs all of them; the first that fails (or the signal) ends the others, and only then is the failure passed on. */
export const together = async (
  signal: AbortSignal,
  loops: readonly ((signal: AbortSignal) => Promise<void>)[],
): Promise<void> => {
  const failing = new AbortController()
  const either = AbortSignal.any([signal, failing.signal])
  const one = async (loop: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    try {
      await loop(either)
      // A loop that just ends would leave the others working on half of what happens.
      if (!either.aborted) throw new LoopEnded("a loop ended by itself")
    } finally {
      failing.abort()
    }
  }
  const settled = await Promise.allSettled(loops.map(one))
  const failed = settled.find((result) => result.status === "rejected")
  if (failed !== undefined) throw failed.reason
}
