/** Every limit, timeout and retry of this package, with its unit in the name. */

/** A first start writes a new cluster; on a slow disk the sync at its end takes most of this. */
export const INITDB_TIMEOUT_MILLIS = 120_000
/** Crash recovery of a busy log may take minutes; while the process lives we wait this long. */
export const POSTGRES_READY_TIMEOUT_MILLIS = 180_000
export const POSTGRES_FAST_STOP_TIMEOUT_MILLIS = 30_000
export const POSTGRES_IMMEDIATE_STOP_TIMEOUT_MILLIS = 5_000
export const POSTGRES_MAX_CONNECTIONS = 60
export const POSTGRES_SHARED_BUFFERS_MEGABYTES = 128

export const REDIS_MINIMUM_MAJOR_VERSION = 7
export const REDIS_READY_TIMEOUT_MILLIS = 15_000
export const REDIS_STOP_TIMEOUT_MILLIS = 5_000

/** How often a condition of the operating system (a file, a process, a port) is looked at again. */
export const POLL_INTERVAL_MILLIS = 20
/** A free port can be taken by somebody else before the server binds it. */
export const PORT_ATTEMPTS = 5

export const RESTART_BACKOFF_FIRST_MILLIS = 100
export const RESTART_BACKOFF_MAX_MILLIS = 5_000
/** A server that lived this long starts its backoff from the beginning. */
export const RESTART_BACKOFF_RESET_MILLIS = 30_000

/** One package index and a few packages over a slow line. */
export const APT_TIMEOUT_MILLIS = 300_000
export const TOOL_PROBE_TIMEOUT_MILLIS = 10_000
