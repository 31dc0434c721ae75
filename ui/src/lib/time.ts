import { t } from "#src/i18n/index.ts"

const SECOND_MILLIS = 1_000
const MINUTE_MILLIS = 60 * SECOND_MILLIS
const HOUR_MILLIS = 60 * MINUTE_MILLIS
const DAY_MILLIS = 24 * HOUR_MILLIS

/** An age in its largest whole unit: "now", "12s", "4m", "3h", "9d". A time ahead of the clock counts as now. */
export function shortAge(ageMillis: number): string {
  if (ageMillis < SECOND_MILLIS) return t("time.now")
  if (ageMillis < MINUTE_MILLIS) return t("time.seconds", { n: Math.floor(ageMillis / SECOND_MILLIS) })
  if (ageMillis < HOUR_MILLIS) return t("time.minutes", { n: Math.floor(ageMillis / MINUTE_MILLIS) })
  if (ageMillis < DAY_MILLIS) return t("time.hours", { n: Math.floor(ageMillis / HOUR_MILLIS) })
  return t("time.days", { n: Math.floor(ageMillis / DAY_MILLIS) })
}

const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" })
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" })

/** Date, time and zone, for titles. */
export const absoluteTime = (epochMillis: number): string => absolute.format(epochMillis)

/** The time of day alone, to the second. */
export const clockTime = (epochMillis: number): string => clock.format(epochMillis)

const digits = new Intl.NumberFormat(undefined)

/** A position of the log, grouped for reading. Positions are decimal strings of up to 64 bits, so no number is made. */
export const readablePosition = (position: string): string => digits.format(BigInt(position))

/** A delay in seconds with one decimal: "0.4 s". */
export const secondsText = (millis: number): string => t("time.lag", { n: (millis / SECOND_MILLIS).toFixed(1) })
