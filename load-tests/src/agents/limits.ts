/** Turns of each kind, alternated, whose medians are compared. */
export const OVERHEAD_TURNS = 21
/** The same for programs that take seconds. */
export const OVERHEAD_TURNS_OF_LARGE = 15
/** What Muster may add to a turn. */
export const OVERHEAD_FACTOR_MAX = 1.1
export const OVERHEAD_ADDED_MAX_MILLIS = 50
/** How long all proofs of one run of the suite may take; a bound against hanging. */
export const SUITE_TIMEOUT_MILLIS = 60 * 60_000
