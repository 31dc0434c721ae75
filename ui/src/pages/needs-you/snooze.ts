/** For how long something is put off. */
export const SNOOZES = ["hour", "tomorrow", "week"] as const
export type Snooze = (typeof SNOOZES)[number]

const HOUR_MILLIS = 60 * 60 * 1_000
/** When a day of work begins. */
const MORNING_HOUR = 9
const MONDAY = 1
const WEEK_DAYS = 7

/** A morning so many days on, by the calendar: a day on which the clocks change is a day like any other. */
const morningAfter = (now: Date, days: number): Date =>
  new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, MORNING_HOUR)

/** When it comes back, in the time of this place: in an hour, tomorrow at nine, or next Monday at nine. */
export function snoozeUntil(snooze: Snooze, now: Date): Date {
  switch (snooze) {
    case "hour":
      return new Date(now.getTime() + HOUR_MILLIS)
    case "tomorrow":
      return morningAfter(now, 1)
    case "week":
      return morningAfter(now, (MONDAY - now.getDay() + WEEK_DAYS) % WEEK_DAYS || WEEK_DAYS)
    default:
      return snooze satisfies never
  }
}
