/** Limits, timeouts and retries of the projector. */

/** Events of one step: read, folded and written together. The largest events make about 64 MB of it. */
export const BATCH_EVENTS = 256
/** Documents of each kind that are kept between steps; others are read again. */
export const CACHED_DOCUMENTS = 20_000

/** Wait after a failed step, a broken connection, a failed snapshot: doubles from the first to the last, with jitter. */
export const RETRY_FIRST_DELAY_MILLIS = 50
export const RETRY_MAX_DELAY_MILLIS = 5_000

/** The same for the files of a team: a full disk is not mended in seconds. */
export const VOLUME_RETRY_FIRST_DELAY_MILLIS = 500
export const VOLUME_RETRY_MAX_DELAY_MILLIS = 60_000
/** The files of one team are written at most this often: many reports of one task become one file. */
export const VOLUME_INTERVAL_MILLIS = 250
/** Feed events that one round of a team's files takes. */
export const VOLUME_PAGE_EVENTS = 500
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
