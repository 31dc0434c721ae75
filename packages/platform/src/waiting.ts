import { setTimeout as delay } from "node:timers/promises"

/** Waits; an abort just ends the wait early. Never rejects for the signal: callers look at it themselves. */
export const pause = async (millis: number, signal?: AbortSignal): Promise<void> => {
  const isOver = () => signal?.aborted === true
  if (isOver()) return
  try {
    await delay(millis, undefined, signal === undefined ? {} : { signal })
  } catch (error) {
    if (!isOver()) throw error
  }
}

export interface Backoff {
  readonly firstMillis: number
  readonly maxMillis: number
}

const DOUBLINGS_MAX = 30

/** Milliseconds before try number `failures + 1`: doubling, capped, and half of it random, so that callers do not come back in step. */
export const backoffMillis = (
  { firstMillis, maxMillis }: Backoff,
  failures: number,
  random: () => number = Math.random,
): number => {
  const ceiling = Math.min(maxMillis, firstMillis * 2 ** Math.min(failures, DOUBLINGS_MAX))
  return ceiling / 2 + (random() * ceiling) / 2
}

export interface Latch {
  readonly ring: () => void
  /** Resolves at the next ring, at once when it rang since the last wait, at the signal, or after `millis`. Never rejects. */
  readonly wait: (signal: AbortSignal, millis?: number) => Promise<void>
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
    wait: async (signal, millis) => {
      if (!hasRung && !signal.aborted)
        await new Promise<void>((resolve) => {
          const finish = () => {
            clearTimeout(timer)
            signal.removeEventListener("abort", finish)
            wake = undefined
            resolve()
          }
          const timer = millis === undefined ? undefined : setTimeout(finish, millis)
          signal.addEventListener("abort", finish, { once: true })
          wake = finish
        })
      hasRung = false
    },
  }
}
