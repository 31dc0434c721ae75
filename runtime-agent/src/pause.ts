/** Waits, or returns at once when the signal fires. Never rejects for the signal: callers look at it themselves. */
export const pause = (millis: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const finish = () => {
      clearTimeout(timer)
      signal?.removeEventListener("abort", finish)
      resolve()
    }
    const timer = setTimeout(finish, millis)
    signal?.addEventListener("abort", finish, { once: true })
  })

/** The reason of an abort that is no failure. Without one Node makes an error with a stack, for every task. */
export const OVER = "over"

export interface Backoff {
  /** The next pause: doubled each time, half of it random, so that agents that fell together do not rise together. */
  readonly next: () => number
  readonly reset: () => void
}

export const backoff = (firstMillis: number, maxMillis: number): Backoff => {
  let current = firstMillis
  return {
    next: () => {
      const millis = current / 2 + (Math.random() * current) / 2
      current = Math.min(current * 2, maxMillis)
      return millis
    },
    reset: () => {
      current = firstMillis
    },
  }
}

export interface Latch {
  /** Resolves at the next `ring` (or at once when it rang since the last wait), at the signal, or after `millis`. */
  readonly wait: (millis: number, signal?: AbortSignal) => Promise<void>
  readonly ring: () => void
}

/** One waiter, any number of ringers; a ring between two waits is not lost. */
export const latch = (): Latch => {
  let hasRung = false
  let wake: (() => void) | undefined
  return {
    ring: () => {
      hasRung = true
      wake?.()
    },
    wait: async (millis, signal) => {
      if (!hasRung && signal?.aborted !== true)
        await new Promise<void>((resolve) => {
          const finish = () => {
            clearTimeout(timer)
            signal?.removeEventListener("abort", finish)
            wake = undefined
            resolve()
          }
          const timer = setTimeout(finish, millis)
          signal?.addEventListener("abort", finish, { once: true })
          wake = finish
        })
      hasRung = false
    },
  }
}
