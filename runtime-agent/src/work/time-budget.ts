/** A time limit that only counts time in which the task could work: it stands still while there is a reason to hold it. */
export interface TimeBudget {
  readonly hold: (reason: string) => void
  readonly release: (reason: string) => void
  readonly stop: () => void
}

/** `setTimeout` takes no more than 2^31 - 1 milliseconds. */
const TIMER_MAX_MILLIS = 2 ** 31 - 1

export const startTimeBudget = (limitMillis: number, onSpent: () => void): TimeBudget => {
  const reasons = new Set<string>()
  let leftMillis = limitMillis
  let runningSince: number | undefined
  let timer: NodeJS.Timeout | undefined
  let isOver = false

  const halt = (): void => {
    clearTimeout(timer)
    if (runningSince !== undefined) leftMillis -= performance.now() - runningSince
    runningSince = undefined
  }
  const go = (): void => {
    runningSince = performance.now()
    timer = setTimeout(
      () => {
        halt()
        if (leftMillis > 1) return go()
        isOver = true
        onSpent()
      },
      Math.min(Math.max(leftMillis, 0), TIMER_MAX_MILLIS),
    )
  }
  go()
  return {
    hold: (reason) => {
      if (isOver) return
      reasons.add(reason)
      halt()
    },
    release: (reason) => {
      if (isOver || !reasons.delete(reason) || reasons.size > 0) return
      go()
    },
    stop: () => {
      isOver = true
      halt()
    },
  }
}
