import { DELTA_MAX_EVENTS, HISTORY_SEARCH_MAX_EVENTS, PAGE_MAX, TAPE_CHUNK_EVENTS } from "@muster/contracts"

/** Limits, timeouts and retries of the read models. */

/** Most rows one list returns, whatever the caller asks for. */
export const LIST_MAX_ROWS = PAGE_MAX
/** Most events one range of a feed returns: as many as a viewer may lag behind before it gets a snapshot. */
export const RANGE_MAX_EVENTS = DELTA_MAX_EVENTS
/** Events of a feed that one search looks through. */
export const SEARCH_MAX_EVENTS = HISTORY_SEARCH_MAX_EVENTS
/** Events whose times one step of looking for an instant compares: three steps find one among a quarter of a million. */
export const TIME_PROBES = 64
/** Events that one statement counts for the activity of a feed. */
export const ACTIVITY_PAGE_EVENTS = 50_000
/** Feeds whose activity is remembered. */
export const ACTIVITY_FEEDS_KEPT = 100
/** Words of one search that count; the rest is ignored. */
export const SEARCH_MAX_WORDS = 16
/** Feed events that one read of a fold or of the team volume takes. */
export const FEED_PAGE_EVENTS = 500

/**
 * A snapshot of the team view is stored after so many events of a team's feed: as many as a piece of replay has, so that each piece of
 * the near past begins at one and is handed on as it is stored.
 */
export const SNAPSHOT_EVERY_EVENTS = TAPE_CHUNK_EVENTS
/** Of 22: a few milliseconds for a megabyte. */
export const SNAPSHOT_ZSTD_LEVEL = 1
/** The newest snapshots of a team are all kept … */
export const SNAPSHOTS_DENSE = 128
/** … of older ones every so many-th: a jump into the far past folds at most so many times `SNAPSHOT_EVERY_EVENTS`. */
export const SNAPSHOTS_SPARSE_EVERY = 8
/** Times a moment is folded again because a rebuild emptied the feed meanwhile. */
export const FOLD_ATTEMPTS = 3

/** Connections that queries share. */
export const READ_CONNECTIONS = 4
export const CONNECT_TIMEOUT_SECONDS = 5
/** The server gives up on a statement after so long. */
export const STATEMENT_TIMEOUT_MILLIS = 15_000
/** A query nobody answers is given up after so long: longer than the server's own limit, so that it can answer first. */
export const ATTEMPT_TIMEOUT_MILLIS = 20_000
export const IDLE_IN_TRANSACTION_TIMEOUT_MILLIS = 15_000
/** Open queries get so long to end when a client is closed, or replaced because another query on it failed. */
export const CLOSE_TIMEOUT_SECONDS = 2

/** A query that meets a broken connection is tried again until so long after its first try. */
export const READ_DEADLINE_MILLIS = 10_000
export const RETRY_FIRST_DELAY_MILLIS = 50
export const RETRY_MAX_DELAY_MILLIS = 1_000

/** The indexes of read models that are built beside those in use are made within so long: a minute per ten million events. */
export const BUILD_TIMEOUT_MILLIS = 30 * 60_000

/** While somebody listens or waits, the checkpoint is looked at this often even if no hint came. */
export const POLL_INTERVAL_MILLIS = 250
/** Other processes are told of an advance at most this often. */
export const HINT_INTERVAL_MILLIS = 20

/** A process that waits to own the projection asks this often. */
export const OWNERSHIP_POLL_MILLIS = 500
/** An owner whose session says nothing for so long is taken for gone, and how often it says something: the first is longer than three times the second. */
export const OWNERSHIP_LEASE_MILLIS = 6_000
export const OWNERSHIP_BEAT_MILLIS = 1_500
export const RETRY = { firstMillis: RETRY_FIRST_DELAY_MILLIS, maxMillis: RETRY_MAX_DELAY_MILLIS } as const
