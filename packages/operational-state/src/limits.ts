/** Every limit and lifetime of this package, with its unit in the name. */

/** Entropy of every secret that is minted here. */
export const SECRET_BYTES = 32
/** Characters a fixed setup code must have: it is chosen by a person and can be guessed. */
export const FIXED_CODE_MIN_CHARS = 8
/** Longest secret that is looked at. */
export const SECRET_MAX_CHARS = 256

/** The key that seals what has to be read again. */
export const MASTER_KEY_BYTES = 32
/** Of a key that is kept sealed, people see its last characters, to tell it from others … */
export const KEY_SHOWN_CHARS = 4
/** … unless it is shorter than this. */
export const KEY_SHOWN_FROM_CHARS = 16

/** A session ends after so long without use … */
export const SESSION_IDLE_MILLIS = 7 * 24 * 60 * 60 * 1_000
/** … and after so long in any case. */
export const SESSION_LIFETIME_MILLIS = 30 * 24 * 60 * 60 * 1_000
/** The end of a session is moved on at most this often, so that reads stay reads. */
export const SESSION_TOUCH_INTERVAL_MILLIS = 5 * 60 * 1_000

/** Tokens of the API that a person may have at the same time. */
export const API_TOKENS_PER_PERSON_MAX = 50
/** When a token was last used is noted at most this often, so that reads stay reads. */
export const API_TOKEN_TOUCH_INTERVAL_MILLIS = 10 * 60 * 1_000

/** Wrong codes are counted in windows of this length. */
export const ATTEMPT_WINDOW_MILLIS = 5 * 60 * 1_000
/** Wrong codes one source may send in a window. */
export const ATTEMPTS_PER_SOURCE_MAX = 10
/** Wrong codes of all sources together in a window. */
export const ATTEMPTS_TOTAL_MAX = 200
/** Longest name of a source that is kept. */
export const SOURCE_MAX_CHARS = 128

/** A redemption that did not end by then (its process died) gives the secret free again. */
export const CLAIM_MILLIS = 30_000

/** Dead rows (used, expired, revoked) are kept this long before `sweep` removes them. */
export const DEAD_ROW_KEEP_MILLIS = 30 * 24 * 60 * 60 * 1_000

/** Connections of the layer's own pool. */
export const POOL_CONNECTIONS = 4
/** Locks that one process holds or waits for at the same time, each on a connection of its own. */
export const LOCK_CONNECTIONS = 2
/** Who waits for a lock longer is told to try again. */
export const LOCK_WAIT_MILLIS = 15_000
export const CONNECT_TIMEOUT_SECONDS = 5
export const CLOSE_TIMEOUT_SECONDS = 5
/** A client that was given up gets so long for what it still does. */
export const GIVEN_UP_CLOSE_SECONDS = 2
/** The server gives up on a statement after so long. */
export const STATEMENT_TIMEOUT_MILLIS = 5_000
/** A statement that nobody answers is given up after so long: longer than the server's own limit, so that it can answer first. */
export const ANSWER_TIMEOUT_MILLIS = 6_000
/** A statement about leases that is not answered by then sits on a dead connection: another one is opened. */
export const LEASE_STATEMENT_TIMEOUT_MILLIS = 2_000
