/** How long the proofs wait before they call something missing. Nothing is asserted about how much of it was needed. */
export const START_TIMEOUT_MILLIS = 120_000
export const STOP_TIMEOUT_MILLIS = 30_000
export const REQUEST_TIMEOUT_MILLIS = 30_000
export const ONLINE_TIMEOUT_MILLIS = 90_000
/** Between two looks at something that is awaited. */
export const LOOK_AGAIN_MILLIS = 50
/** Most tasks in one bulk request of the API. */
export const BULK_MAX_TASKS = 500
/** Most events in one page of the history. */
export const HISTORY_PAGE_EVENTS = 500
/** Lines of the product's log that are kept for the message of a failure. */
export const LOG_TAIL_LINES = 60
