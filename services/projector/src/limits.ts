/** Limits, timeouts and retries of the projector. */

/** Events that one read of the log takes. The largest events make about 256 MB of it. */
export const PAGE_EVENTS = 1_000
/** A step takes what was read meanwhile: past so many events, or so many characters of their data, no page is added to it. */
export const STEP_EVENTS = 8_000
export const STEP_CHARACTERS = 16 * 1024 * 1024
/** The same where nobody waits for a step: a task that is done within one is written once. */
export const BUILD_STEP_EVENTS = 16_000
/** Steps begin at least so long after each other: an event after a quiet time is shown at once, many a second cost fifty steps. */
export const STEP_INTERVAL_MILLIS = 20
/**
 * A step rests so many times as long as it took: together steps take a quarter of the time, and under load one step writes what several would
 * have written, each task once. But never longer than what a reader would notice.
 */
export const STEP_REST_FACTOR = 3
export const STEP_REST_MAX_MILLIS = 200
/** Read models that are built beside those in use: rounds of catching up before their indexes are made. */
export const BUILD_ROUNDS = 2
/** Times the change of places waits for readers that keep the tables. */
export const SWAP_ATTEMPTS = 20

/** Documents of each kind that are kept between steps; others are read again. */
export const CACHED_DOCUMENTS = 20_000

/** Snapshots and files rest so many times as long as their last round took: together they take a fifth of the time, whatever comes. */
export const SNAPSHOT_REST_FACTOR = 9
export const VOLUME_REST_FACTOR = 9
/** But never longer than this: a round that copies a large file must not hold up the other teams. */
export const REST_MAX_MILLIS = 2_000

/** Wait after a failed step, a broken connection, a failed snapshot: doubles from the first to the last, with jitter. */
export const RETRY_FIRST_DELAY_MILLIS = 50
export const RETRY_MAX_DELAY_MILLIS = 5_000

/** The same for the files of a team: a full disk is not mended in seconds. */
export const VOLUME_RETRY_FIRST_DELAY_MILLIS = 500
export const VOLUME_RETRY_MAX_DELAY_MILLIS = 60_000
/** The files of one team are written at most this often: many reports of one task become one file. */
export const VOLUME_INTERVAL_MILLIS = 250
/** Feed events that one round of a team's files takes. */
export const VOLUME_PAGE_EVENTS = 1_000
/** Snapshots that one read takes: they are large. */
export const VOLUME_PAGE_SNAPSHOTS = 4
/** Snapshot files kept per team, the newest. */
export const SNAPSHOT_FILES_KEPT = 20

/** Longest part of an artifact's path, in bytes: what every file system takes, less room for a suffix. */
export const PATH_PART_MAX_BYTES = 180
/** Folders an artifact's path may go down. */
export const PATH_MAX_PARTS = 12
/** Longest name of any file this program opens in a folder. */
export const FILE_NAME_MAX_BYTES = 255
