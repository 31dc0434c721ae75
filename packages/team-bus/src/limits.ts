/** What the bus carries and how long it tries, for both halves. */

/** Backoff between tries to connect: doubles from the first to the last, with jitter. There is no last try. */
export const RECONNECT_FIRST_DELAY_MILLIS = 50
export const RECONNECT_MAX_DELAY_MILLIS = 3_000
export const CONNECT_TIMEOUT_MILLIS = 5_000
/** From the first packet to the first answer. A peer that takes a connection and says nothing would be waited for without end: reads that block have no other bound. */
export const HANDSHAKE_TIMEOUT_MILLIS = 10_000
/** A command that nobody answers for so long means a dead connection: it is cut and made anew. */
export const COMMAND_TIMEOUT_MILLIS = 10_000
/** How long one blocking read waits on the server. */
export const BLOCK_MILLIS = 2_000
/** A blocking read that has not come back after so many times its own wait sits on a dead connection. */
export const WATCHDOG_BLOCKS = 3
/** A read that fails at once (no group, no permission) is not repeated sooner than this; it doubles up to the maximum. */
export const RETRY_FIRST_DELAY_MILLIS = 100
export const RETRY_MAX_DELAY_MILLIS = 3_000

/** Largest body of an entry that is decoded, in UTF-16 code units. */
export const ENTRY_MAX_CHARS = 512 * 1024
/** Largest value of a presence key that is read, in bytes. */
export const PRESENCE_MAX_BYTES = 32 * 1024
/** Commands sent in one pipeline. */
export const PIPELINE_MAX_COMMANDS = 500
/** Pending entries read in one go after a start. */
export const PENDING_READ_COUNT = 500
/** Control messages read in one go. */
export const CONTROL_READ_COUNT = 200
/** Reports read in one go: per outbox (at least and at most), and about so many from all outboxes together. */
export const REPORT_READ_MIN_COUNT = 100
export const REPORT_READ_COUNT = 200
export const READ_TOTAL_ENTRIES = 2_000
/** How soon to ask again to end a blocking read that was not there yet. */
export const UNBLOCK_RETRY_MILLIS = 5
/** Tasks published by one call of the script. */
export const PUBLISH_BATCH_ENTRIES = 100

/** About so many control messages are kept: whatever is cut off can be made again from the log. */
export const CONTROL_MAX_ENTRIES = 10_000
/** About so many dead letters are kept per member. */
export const DEAD_LETTERS_MAX_ENTRIES = 1_000
/** So much of a dead letter's body is kept, in UTF-16 code units. */
export const DEAD_LETTER_RAW_MAX_CHARS = 4 * 1024
/** An inbox that was set aside is kept for so long for an operator to look at. */
export const QUARANTINE_TTL_MILLIS = 7 * 24 * 60 * 60 * 1_000
