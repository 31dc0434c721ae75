/** What one call of the log may carry, and how long it may try. */

/** Longest stream name, in UTF-8 bytes: it is part of an index key, and names are ids with a prefix. */
export const STREAM_NAME_MAX_BYTES = 200
/** Longest event type, in UTF-8 bytes. */
export const EVENT_TYPE_MAX_BYTES = 200
/** Largest event, as the bytes of its JSON data and meta together. Larger things are blobs. */
export const EVENT_MAX_BYTES = 256 * 1024
/** Most events in one request. */
export const REQUEST_MAX_EVENTS = 1000

/** Most events one read returns when the caller names no limit, and the most it may ask for. */
export const READ_LIMIT_EVENTS = 10_000
/** Events in one batch of a subscription when the caller names no size. */
export const SUBSCRIPTION_BATCH_EVENTS = 500

/** The newest events that are kept in memory for subscribers, by number and by the length of their JSON. */
export const TAIL_MAX_EVENTS = 2_000
export const TAIL_MAX_CHARS = 4 * 1024 * 1024

/** One batch of the committer: past these the next batch takes over. */
export const BATCH_MAX_REQUESTS = 800
export const BATCH_MAX_BYTES = 4 * 1024 * 1024

/**
 * Under load a batch takes half of all requests, but at least so many: while the server stores one half, the callers of the
 * other hear their verdicts and make their next requests. Fewer are not worth a statement of their own.
 */
export const HALF_BATCH_MIN_REQUESTS = 64

/** Requests that may wait in one process before the next is refused with `Overloaded`. */
export const QUEUE_MAX_REQUESTS = 20_000
/** The same in bytes, so that few large requests cannot fill the memory either. */
export const QUEUE_MAX_BYTES = 64 * 1024 * 1024
/** What `Overloaded` tells the caller: about the time a full queue needs to drain. */
export const OVERLOADED_RETRY_AFTER_MILLIS = 1000

/** A batch that meets a broken connection is tried again until so long after its first try. */
export const APPEND_DEADLINE_MILLIS = 15_000
/** A read that meets a broken connection is tried again until so long after its first try. */
export const READ_DEADLINE_MILLIS = 15_000
/** Backoff between tries: doubles from the first to the last, with jitter. */
export const RETRY_FIRST_DELAY_MILLIS = 20
export const RETRY_MAX_DELAY_MILLIS = 1000

/** A connection that is not there after so long counts as failed. */
export const CONNECT_TIMEOUT_SECONDS = 5
/** The server gives up on a statement of the committer after so long; the same for waiting on the lock of the log. */
export const STATEMENT_TIMEOUT_MILLIS = 5_000
export const LOCK_TIMEOUT_MILLIS = 4_000
export const IDLE_IN_TRANSACTION_TIMEOUT_MILLIS = 5_000
/** A try that nobody answers is given up after so long: longer than the server's own limits, so that it can answer first. */
export const ATTEMPT_TIMEOUT_MILLIS = 6_000
/** How long to wait for the server to end the backend of a session that was given up. */
export const FENCE_TIMEOUT_MILLIS = 2_000
/** Reads that are open when the store is closed get so long to end. */
export const CLOSE_TIMEOUT_SECONDS = 2
/** Connections that reads share. */
export const READ_CONNECTIONS = 4

/** A subscription looks for new events this often even if nobody woke it. */
export const POLL_INTERVAL_MILLIS = 250
/** Other processes are woken at most this often. */
export const WAKE_INTERVAL_MILLIS = 20
export const RETRY = { firstMillis: RETRY_FIRST_DELAY_MILLIS, maxMillis: RETRY_MAX_DELAY_MILLIS } as const

/** KurrentDB: appends and reads of one process that are on their way at once, and events in one page of a read. */
export const KURRENT_APPENDS_IN_FLIGHT = 64
export const KURRENT_STREAM_READS_IN_FLIGHT = 32
export const KURRENT_PAGE_EVENTS = 1000
