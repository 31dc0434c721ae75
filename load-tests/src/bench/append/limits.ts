/** Every number of the append benchmark. */

/** Each waits for its append before it makes the next. */
export const CALLERS = 256
/** Events of one request in the second form. */
export const EVENTS_PER_APPEND = 10
/** Of each turn of a side; the first part warms it up and is not counted. */
export const WARM_MILLIS = 500
export const MEASURE_MILLIS = 2_500
/** Emmett keeps a connection per append under way; more than these wait for each other on two cores. */
export const EMMETT_CONNECTIONS = 20
