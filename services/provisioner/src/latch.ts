import { setTimeout as delay } from "node:timers/promises"

/** Waits, or returns at once when the signal fires. */
export const pause = async (millis: number, signal: AbortSignal): Promise<void> => {
  const isOver = () => signal.aborted
  if (isOver()) return
  try {
    await delay(millis, undefined, { signal })
  } catch (error) {
    if (!isOver()) throw error
  }
}

export interface Latch {
  readonly ring: () => void
  /** Resolves at the next ring, at once when it rang since the last wait, at the signal, or after `millis`. */
  readonly wait: (millis: number, signal: AbortSignal) => Promise<void>
}

/** One waiter, any number of ringers. */
export const latch = (): Latch => {
  let rung = new AbortController()
  return {
    ring: () => rung.abort(),
    wait: async (millis, signal) => {
      await pause(millis, AbortSignal.any([rung.signal, signal]))
      rung = new AbortController()
    },
  }
}
