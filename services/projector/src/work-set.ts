import { REST_MAX_MILLIS } from "#src/limits.ts"

/**
 * Keys that need work, each at most once: marking one that is marked changes nothing, one that is marked while it is worked on
 * comes again. A key on hold waits until its time, marked or not.
 */
export const makeWorkSet = (signal: AbortSignal) => {
  const marked = new Set<string>()
  /** Key → `performance.now()` before which it is not handed out. */
  const holds = new Map<string, number>()
  /** `performance.now()` before which nothing is handed out. */
  let restsUntil = 0
  let current: string | undefined
  let wake: () => void = () => undefined
  signal.addEventListener("abort", () => wake(), { once: true })

  /** A key that may be worked on now, or the milliseconds until there is one. */
  const ripe = (): { readonly key: string } | { readonly waitMillis: number | undefined } => {
    const now = performance.now()
    let soonest: number | undefined
    for (const key of marked) {
      const until = Math.max(holds.get(key) ?? 0, restsUntil)
      if (until <= now) return { key }
      soonest = Math.min(soonest ?? until, until)
    }
    return { waitMillis: soonest === undefined ? undefined : soonest - now }
  }

  const wakeOrTimer = (waitMillis: number | undefined): Promise<void> =>
    new Promise((resolve) => {
      const timer = waitMillis === undefined ? undefined : setTimeout(resolve, Math.ceil(waitMillis))
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
      if (signal.aborted) wake()
    })

  return {
    mark: (key: string): void => {
      marked.add(key)
      wake()
    },
    /** Not before `millis` from now. */
    hold: (key: string, millis: number): void => {
      holds.set(key, performance.now() + millis)
    },
    /** Nothing for a while after work that took so long: what is done behind the projection takes a share of the time, not all of it. */
    restAfter: (workedMillis: number, factor: number): void => {
      restsUntil = performance.now() + Math.min(workedMillis * factor, REST_MAX_MILLIS)
    },
    /** The next key to work on; the one before counts as done. Undefined once the signal aborts. */
    next: async (): Promise<string | undefined> => {
      current = undefined
      while (!signal.aborted) {
        const found = ripe()
        if ("key" in found) {
          marked.delete(found.key)
          holds.delete(found.key)
          current = found.key
          return found.key
        }
        await wakeOrTimer(found.waitMillis)
      }
      return undefined
    },
    /** True when nothing is marked and nothing is worked on. */
    isIdle: (): boolean => marked.size === 0 && current === undefined,
  }
}
