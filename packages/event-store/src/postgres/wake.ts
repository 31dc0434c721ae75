import { WAKE_INTERVAL_MILLIS } from "#src/limits.ts"
import { comparePositions } from "@muster/domain"

/** Remembers how far the log is known to reach and wakes those who wait for more. Within one process. */
export const makeLatch = () => {
  interface Waiter {
    readonly cursor: string
    readonly wake: () => void
  }
  const waiters = new Set<Waiter>()
  let highest = "0"

  return {
    /** Events up to `position` can be read now. */
    advance: (position: string): void => {
      if (comparePositions(position, highest) > 0) highest = position
      for (const waiter of waiters) if (comparePositions(highest, waiter.cursor) > 0) waiter.wake()
    },
    /** Something may have been missed: everyone looks. */
    nudge: (): void => {
      for (const waiter of waiters) waiter.wake()
    },
    /** Resolves when the log is known to reach beyond `cursor`, after `millis` at the latest, or at the abort. */
    beyond: (cursor: string, millis: number, signal: AbortSignal): Promise<void> => {
      if (signal.aborted || comparePositions(highest, cursor) > 0) return Promise.resolve()
      return new Promise((resolve) => {
        const wake = () => {
          clearTimeout(timer)
          signal.removeEventListener("abort", wake)
          waiters.delete(waiter)
          resolve()
        }
        const waiter: Waiter = { cursor, wake }
        const timer = setTimeout(wake, millis)
        signal.addEventListener("abort", wake, { once: true })
        waiters.add(waiter)
      })
    },
  }
}
export type Latch = ReturnType<typeof makeLatch>

/** Tells other processes how far the log reaches: at once, then at most once per `WAKE_INTERVAL_MILLIS`, never losing the last. */
export const makeAnnouncer = (send: (position: string) => void) => {
  let latest = "0"
  let timer: NodeJS.Timeout | undefined
  const tick = (): void => {
    const sent = latest
    send(sent)
    timer = setTimeout(() => {
      timer = undefined
      if (latest !== sent) tick()
    }, WAKE_INTERVAL_MILLIS)
  }
  return {
    announce: (position: string): void => {
      if (comparePositions(position, latest) > 0) latest = position
      if (timer === undefined) tick()
    },
    /** Sends what is held back, and nothing after. */
    close: (): void => {
      if (timer === undefined) return
      clearTimeout(timer)
      send(latest)
    },
  }
}
