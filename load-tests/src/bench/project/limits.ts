export const EVENTS = 200_000
export const TEAMS = 20
export const MEMBERS_PER_TEAM = 5
/** Tasks of all teams that are open at a time: their events lie interleaved in the log. */
export const OPEN_TASKS = 400
/** A message in the chat for every so many tasks. */
export const CHAT_EVERY_TASKS = 3
/** Of every so many tasks one fails. */
export const FAILS_EVERY_TASKS = 10
export const PROGRESS_MIN = 1
export const PROGRESS_MAX = 4
