import { Cron } from "croner"
import { SCHEDULE_MISSED_COUNT_MAX } from "#src/limits.ts"

/** When something is due: a cron expression on the clock of a place. */
export interface Timetable {
  readonly cron: string
  readonly timeZone: string
}

const FIVE_FIELDS = /^\S+(?: +\S+){4}$/u

// Never started: the library is asked for times only. `5-part`: a minute is the finest that makes sense for work.
const parse = ({ cron, timeZone }: Timetable): Cron =>
  new Cron(cron, { timezone: timeZone, mode: "5-part", paused: true })

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** What is wrong with a cron expression, in words; undefined when nothing is. */
export const cronFlaw = (cron: string): string | undefined => {
  if (!FIVE_FIELDS.test(cron)) return "must have five fields: minute hour day month weekday"
  // The library puts the present moment in its place, so the same text would mean another time at each look.
  if (cron.includes("?")) return "must not contain ?"
  try {
    return parse({ cron, timeZone: "UTC" }).nextRun() === null ? "never comes due" : undefined
  } catch (error) {
    return messageOf(error)
  }
}

/** What is wrong with the name of a time zone; undefined when nothing is. */
export const timeZoneFlaw = (timeZone: string): string | undefined => {
  // Offsets are understood too, but know no summer time; a place is what people mean.
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/u.test(timeZone)) return "must be a name like Europe/Berlin or UTC"
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).format(0) === "" ? "is not a time zone" : undefined
  } catch {
    return "is not a time zone that this system knows"
  }
}

/**
 * The first due times after an instant (epoch milliseconds), in rising order. A single time of day that a change of the clock
 * skips is due at the first minute after the gap, and one that comes twice is due once; patterns that repeat within the hour
 * follow the clock: nothing is due in the gap, and the hour that comes twice counts twice.
 */
export const nextDueMillis = (timetable: Timetable, afterMillis: number, count = 1): readonly number[] =>
  parse(timetable)
    .nextRuns(count, new Date(afterMillis))
    .map((date) => date.getTime())

/** Due times after `afterMillis` up to and with `nowMillis`: the newest, and how many there were (counted up to a limit). */
export const passedDue = (
  timetable: Timetable,
  afterMillis: number,
  nowMillis: number,
): { readonly newestMillis: number; readonly count: number } | undefined => {
  const job = parse(timetable)
  let newest: number | undefined
  let count = 0
  for (let from = afterMillis; count < SCHEDULE_MISSED_COUNT_MAX; count += 1) {
    const next = job.nextRun(new Date(from))?.getTime()
    if (next === undefined || next > nowMillis)
      return newest === undefined ? undefined : { newestMillis: newest, count }
    newest = next
    from = next
  }
  const [latest] = job.previousRuns(1, new Date(nowMillis + 1_000)).map((date) => date.getTime())
  return { newestMillis: latest !== undefined && latest <= nowMillis ? latest : (newest ?? nowMillis), count }
}
