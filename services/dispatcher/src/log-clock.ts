import { CLOCK_ANSWER_MAX_MILLIS } from "#src/limits.ts"

/** Time as the database that holds the log has it. */
export interface LogClock {
  /** Epoch milliseconds. */
  readonly nowMillis: () => number
  /** What the database's clock showed between `sentMillis` (of `performance.now`) and now. */
  readonly hear: (databaseMillis: number, sentMillis: number) => void
}

/**
 * The database's time, carried on by this process's monotonic clock. Instants of events are the database's, and several processes decide
 * about one task: a wall clock of one process that jumps or is wrong must neither end leases nor put off what is due.
 */
export const makeLogClock = (): LogClock => {
  // Until the database was heard the wall clock is the best there is.
  let offsetMillis = Date.now() - performance.now()
  let hasHeard = false
  return {
    nowMillis: () => Math.round(offsetMillis + performance.now()),
    hear: (databaseMillis, sentMillis) => {
      const heardMillis = performance.now()
      // An answer that took long says too little about now.
      if (hasHeard && heardMillis - sentMillis > CLOCK_ANSWER_MAX_MILLIS) return
      hasHeard = true
      offsetMillis = databaseMillis - (sentMillis + heardMillis) / 2
    },
  }
}
