import { numberText, perLocale } from "#src/i18n/format.ts"
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

const absolute = perLocale((tag) => new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeStyle: "long" }))
const clock = perLocale((tag) => new Intl.DateTimeFormat(tag, { timeStyle: "medium" }))

/** Date, time and zone, for titles. */
export const absoluteTime = (epochMillis: number): string => absolute().format(epochMillis)

const minutes = perLocale((tag) => new Intl.DateTimeFormat(tag, { timeStyle: "short" }))

/** The time of day to the minute. */
export const minuteTime = (epochMillis: number): string => minutes().format(epochMillis)

/** The time of day alone, to the second. */
export const clockTime = (epochMillis: number): string => clock().format(epochMillis)

/** A position of the log, grouped for reading. Positions are decimal strings of up to 64 bits, so no number is made. */
export const readablePosition = (position: string): string => numberText(BigInt(position))

/** A duration in its two largest units: "850 ms", "4.2 s", "3 min 5 s", "2 h 10 min", "3 d 4 h". */
export function durationText(millis: number): string {
  if (millis < SECOND_MILLIS) return t("time.millis", { n: Math.round(millis) })
  if (millis < MINUTE_MILLIS) return t("time.secs", { n: numberText(Number((millis / SECOND_MILLIS).toFixed(1))) })
  const units = [
    [DAY_MILLIS, "time.ds", HOUR_MILLIS, "time.hrs"],
    [HOUR_MILLIS, "time.hrs", MINUTE_MILLIS, "time.mins"],
    [MINUTE_MILLIS, "time.mins", SECOND_MILLIS, "time.secs"],
  ] as const
  const [large, largeKey, small, smallKey] = units.find(([unit]) => millis >= unit) ?? units[2]
  const rest = Math.floor((millis % large) / small)
  const text = t(largeKey, { n: Math.floor(millis / large) })
  return rest === 0 ? text : `${text} ${t(smallKey, { n: rest })}`
}

const UNITS = ["B", "kB", "MB", "GB"] as const
const BYTES_STEP = 1_000

/** A size with at most one decimal: "512 B", "1.4 kB", "8 MB". */
export function sizeText(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= BYTES_STEP && unit < UNITS.length - 1) {
    value /= BYTES_STEP
    unit += 1
  }
  return `${numberText(Number(value.toFixed(unit === 0 ? 0 : 1)))} ${UNITS[unit]}`
}

/** Epoch milliseconds of an RFC 3339 instant. */
export const millisOf = (instant: string): number => Date.parse(instant)
