/** Every number of the benchmarks' frame, with its unit in the name. Numbers of one benchmark stand in its own module. */

/** Rounds in which ours and the peers take turns, unless the caller asks for another number. */
export const REPEATS_DEFAULT = 5
export const REPEATS_MAX = 100
/** How long a helper process may take to begin, and to end when it is asked to. */
export const HELPER_START_TIMEOUT_MILLIS = 60_000
export const HELPER_STOP_TIMEOUT_MILLIS = 20_000
/** Between two looks at something that is awaited. */
export const LOOK_AGAIN_MILLIS = 20
