const SECOND_MILLIS = 1_000

/** Captured output of git that is read at once. */
export const GIT_OUTPUT_MAX_BYTES = 64 * 1024 * 1024
/** Base64 text of the repository that one task carries as its instructions (the API allows 64 Ki characters). */
export const DELIVERY_CHUNK_CHARS = 60_000
/** What a task may take unless it says otherwise; generous, for machines that do much else. */
export const TASK_TIME_LIMIT_MILLIS = 120 * SECOND_MILLIS
/** Limit of the tasks that hang on purpose. */
export const HANG_TIME_LIMIT_MILLIS = 2 * SECOND_MILLIS
/** All tasks together, after which those without an outcome are lost. */
export const ALL_DONE_TIMEOUT_MILLIS = 600 * SECOND_MILLIS
/** The first task of each member: after this long without a start, the runtime does not work here. */
export const PROBE_TIMEOUT_MILLIS = 60 * SECOND_MILLIS
/** The /team files are written behind the read models. */
export const VOLUME_TIMEOUT_MILLIS = 60 * SECOND_MILLIS
export const BIG_OUTPUT_BYTES = 8 * 1024 * 1024
export const HUGE_OUTPUT_BYTES = 12 * 1024 * 1024
export const SMALL_OUTPUT_LIMIT_BYTES = 64 * 1024
