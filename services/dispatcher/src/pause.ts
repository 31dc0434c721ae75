import { LOOP_BACKOFF_FIRST_MILLIS, LOOP_BACKOFF_MAX_MILLIS } from "#src/limits.ts"

/** Waits `millis`, or less when the signal aborts. Never rejects. */
export const pause = (millis: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const finish = () => {
      clearTimeout(timer)
      signal.removeEventListener("abort", finish)
      resolve()
    }
    const timer = setTimeout(finish, millis)
    signal.addEventListener("abort", finish, { once: true })
  })

/** Doubles from `first` to `max` with the number of failures; half of it is random. */
export const backoffMillis = (
  failures: number,
  first = LOOP_BACKOFF_FIRST_MILLIS,
  max = LOOP_BACKOFF_MAX_MILLIS,
): number => {
  const full = Math.min(max, first * 2 ** Math.min(failures, 20))
  return full / 2 + (Math.random() * full) / 2
}
