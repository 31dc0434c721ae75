/** Waits `millis`, or less when the signal aborts. Never rejects. */
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

/** Delay before try `failures + 1`: doubles from `first` to `max`; half of it is random, so that many do not come at once. */
export const backoffMillis = (failures: number, first: number, max: number): number => {
  const full = Math.min(max, first * 2 ** Math.min(failures, 20))
  return full / 2 + (Math.random() * full) / 2
}

/** The work's result, or undefined as soon as the signal aborts; the work goes on, and its late failure is dropped with it. */
export const unlessAborted = async <A>(work: Promise<A>, signal?: AbortSignal): Promise<A | undefined> => {
  if (signal === undefined) return work
  let onAbort: (() => void) | undefined
  const aborted = new Promise<undefined>((resolve) => {
    onAbort = () => resolve(undefined)
    if (signal.aborted) resolve(undefined)
    signal.addEventListener("abort", onAbort, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    if (onAbort) signal.removeEventListener("abort", onAbort)
  }
}
