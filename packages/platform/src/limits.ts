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

/** Shortest setup code a person may choose; longer is better, it opens the whole house once. */
export const SETUP_CODE_MIN_CHARACTERS = 8

/** Shortest passphrase of a backup: whoever has the file may guess as long as they like. */
export const BACKUP_PASSPHRASE_MIN_CHARACTERS = 12

export const PG_CONNECT_TIMEOUT_SECONDS = 10
export const PG_CLOSE_TIMEOUT_SECONDS = 5
export const PG_RECONNECT_MAX_SECONDS = 5
export const PG_STATEMENT_TIMEOUT_MILLIS = 60_000
/** A transaction that its process forgot must not hold locks for ever. */
export const PG_IDLE_IN_TRANSACTION_TIMEOUT_MILLIS = 60_000

export const REDIS_FIRST_CONNECT_TIMEOUT_MILLIS = 15_000
export const REDIS_CONNECT_TIMEOUT_MILLIS = 5_000
export const REDIS_RECONNECT_FIRST_MILLIS = 100
export const REDIS_RECONNECT_MAX_MILLIS = 5_000
/** Retries of one command over reconnects before it fails (not for blocking connections, which wait). */
export const REDIS_RETRIES_PER_COMMAND = 5
export const REDIS_QUIT_TIMEOUT_MILLIS = 1_000

/** From the signal to a forced end of the process. */
export const SHUTDOWN_DEADLINE_MILLIS = 30_000
/**
 * One Ctrl-C arrives several times: the terminal sends it to every process of the command, and each passes it on. Within this time it
 * is the same one; later it is somebody who does not want to wait.
 */
export const SIGNAL_REPEAT_MILLIS = 1_000

/** How deep a logged object is looked through; what lies deeper is cut off. */
export const LOG_DEPTH_MAX = 6
export const LOG_CAUSES_MAX = 5
