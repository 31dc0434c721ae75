/** Every number of the history benchmark and of the filling of a log. */

/** Stored events of the filled log, unless the caller asks for another number. */
export const EVENTS_DEFAULT = 5_000_000
/** Who the stored history is about. */
export const TEAMS = 20
export const MEMBERS_PER_TEAM = 5
/** So many tasks are under way at any time of the stored history: their events lie between each other's. */
export const TASKS_UNDER_WAY = 256
/** Stored in one statement, as a multiple of the above. */
export const STRETCHES_PER_STATEMENT = 80
export const FILLING_CONNECTIONS = 2
/** Sorting one statement's events stays in memory. */
export const FILLING_WORK_MEMORY_MEGABYTES = 256
/** Between two events of the stored history. */
export const MILLIS_BETWEEN_EVENTS = 5
/** Stored events that are decoded after the filling, from both ends of the log. */
export const DECODED_SAMPLE_EVENTS = 2_000
/** The projector has so long for the stored history; it needs two minutes for millions on a quiet machine. */
export const PROJECTED_TIMEOUT_MILLIS = 1_200_000
export const TELL_EVERY_MILLIS = 5_000
