/** One at a time, nothing else to do. */
export const IDLE_PER_SECOND = 20
export const MODERATE_PER_SECOND = 200
export const SECONDS = 4
/** So that the first calls of a process are not what is measured. */
export const WARM_SECONDS = 2
/** Tasks the taking member may hold: more than are ever under way. */
export const SLOTS = 64
export const BEAT_MILLIS = 5_000
/** Of one blocking read. */
export const BLOCK_MILLIS = 2_000
/** What was sent and did not arrive so long after the last is a failure. */
export const ARRIVAL_TIMEOUT_MILLIS = 10_000
