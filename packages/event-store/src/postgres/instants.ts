/** How the server writes an instant to sessions in UTC: seconds with as many decimals as are not nought. */
const UTC_TEXT = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?\+00$/u
const DATE_LENGTH = 10
const SECONDS_LENGTH = 19
const MILLIS_LENGTH = 23

/**
 * An instant in the server's writing as RFC 3339 in UTC with milliseconds, the rest cut off. Texts of sessions in another
 * zone are understood as well.
 */
export const instantOf = (text: string): string => {
  if (!UTC_TEXT.test(text)) return new Date(text).toISOString()
  const seconds = `${text.slice(0, DATE_LENGTH)}T${text.slice(DATE_LENGTH + 1, SECONDS_LENGTH)}`
  const millis = text.slice(SECONDS_LENGTH + 1, Math.min(MILLIS_LENGTH, text.length - "+00".length))
  return `${seconds}.${millis.padEnd(3, "0")}Z`
}
