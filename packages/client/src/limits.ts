/** Every limit, timeout and retry of the client, with its unit in the name. */

/** A gap that a range request has not closed by then is closed by a snapshot. */
export const GAP_RESNAPSHOT_MILLIS = 2_000
/** A subscription without an answer by then is tried on a new connection. */
export const SUBSCRIBE_TIMEOUT_MILLIS = 10_000
/** Events asked for in one range request. */
export const RANGE_EVENTS = 500
/** Live events that wait for a snapshot or behind a gap; with more, a snapshot is cheaper. */
export const BUFFER_MAX_EVENTS = 5_000

/** Wait before connecting again: doubles from the first to the last, with jitter. */
export const RECONNECT_FIRST_MILLIS = 250
export const RECONNECT_MAX_MILLIS = 5_000
/** How often the rules of time are looked at. */
export const TICK_MILLIS = 250
/** A connection attempt that takes longer has failed. */
export const CONNECT_TIMEOUT_MILLIS = 10_000
/** What was applied is handed out once per frame, and at least this often when the page draws no frames. */
export const FLUSH_MAX_MILLIS = 250
