import { PROGRESS_INTERVAL_MILLIS } from "#src/backup/limits.ts"

export type Say = (line: string) => void

/** Says how far long work is: nothing for the first second, then a line a second at most. */
export const makeProgress = (say: Say) => {
  let saidMillis = performance.now()
  return {
    /** `line` is only made when it is said. */
    at: (line: () => string): void => {
      const nowMillis = performance.now()
      if (nowMillis - saidMillis < PROGRESS_INTERVAL_MILLIS) return
      saidMillis = nowMillis
      say(`  ${line()}`)
    },
  }
}
export type Progress = ReturnType<typeof makeProgress>

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const

/** A number of bytes for people. */
export const bytesText = (bytes: number): string => {
  const power = Math.min(UNITS.length - 1, bytes < 1_000 ? 0 : Math.floor(Math.log10(bytes) / 3))
  return `${power === 0 ? bytes : (bytes / 1_000 ** power).toFixed(1)} ${UNITS[power] ?? "B"}`
}

export const countText = (count: number): string => count.toLocaleString("en-US")
export const secondsText = (millis: number): string => `${(millis / 1_000).toFixed(1)} s`
