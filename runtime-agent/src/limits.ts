/** Every bound of the agent in one place. Timings that tests shorten are fields of `AgentTimings`. */

const SECOND_MILLIS = 1_000
const MINUTE_MILLIS = 60 * SECOND_MILLIS

export interface AgentTimings {
  /** Longest wait of one read of the inbox; bounds how late a freed slot is offered. */
  readonly takeBlockMillis: number
  readonly presenceBeatMillis: number
  /** A report that was sent and not acknowledged for so long is sent again. */
  readonly ackTimeoutMillis: number
  /** How often the bus is asked whether it lost its memory. */
  readonly generationCheckMillis: number
  /** Progress of one task becomes a report at most once in this time. */
  readonly progressIntervalMillis: number
  /** So do the totals of its usage. */
  readonly usageIntervalMillis: number
  /** Pauses between attempts while the bus, the control plane or the disk stay away. */
  readonly retryFirstMillis: number
  readonly retryMaxMillis: number
  /** From SIGTERM to SIGKILL of a task's processes. */
  readonly cancelGraceMillis: number
  /** A session that did not end so long after its cancel is given up. */
  readonly cancelBackstopMillis: number
  /** How long work may go on after the agent was asked to stop. */
  readonly stopGraceMillis: number
  /** How long a stopping agent waits for its last reports to leave. */
  readonly stopFlushMillis: number
  /** A runtime that cannot run is looked at again after this time. */
  readonly runtimeRecheckMillis: number
  readonly orphanCheckMillis: number
  /** Without parent and without control plane for so long, the agent ends itself. */
  readonly orphanMaxMillis: number
  /** Credentials that the bus refuses for so long are checked with the control plane. */
  readonly refusedProbeMillis: number
}

export const DEFAULT_TIMINGS: AgentTimings = {
  takeBlockMillis: 2 * SECOND_MILLIS,
  presenceBeatMillis: 5 * SECOND_MILLIS,
  ackTimeoutMillis: 10 * SECOND_MILLIS,
  generationCheckMillis: 5 * SECOND_MILLIS,
  progressIntervalMillis: SECOND_MILLIS,
  usageIntervalMillis: 10 * SECOND_MILLIS,
  retryFirstMillis: 250,
  retryMaxMillis: 15 * SECOND_MILLIS,
  cancelGraceMillis: SECOND_MILLIS,
  cancelBackstopMillis: 1_800,
  stopGraceMillis: 3 * SECOND_MILLIS,
  stopFlushMillis: 2 * SECOND_MILLIS,
  runtimeRecheckMillis: MINUTE_MILLIS,
  orphanCheckMillis: 15 * SECOND_MILLIS,
  orphanMaxMillis: 10 * MINUTE_MILLIS,
  refusedProbeMillis: 10 * SECOND_MILLIS,
}

/** What reports may wait on disk. Beyond it no new work is taken; the outcomes of what runs are always kept. */
export interface OutboxCaps {
  readonly maxEntries: number
  readonly maxBytes: number
}
export const DEFAULT_OUTBOX_CAPS: OutboxCaps = { maxEntries: 5_000, maxBytes: 16 * 1024 * 1024 }

/** Reports that leave in one write to the bus. */
export const SEND_BATCH_MAX = 200
/** Steps of one assignment that are not acknowledged; more wait in memory, folded together. */
export const STEPS_UNACKED_MAX = 16
/** How often a session that begins asks for its model while the control plane is away. */
export const MODEL_ACCESS_ATTEMPTS = 4
/** How often a file that came with a task is asked for while the control plane is away. */
export const ATTACHMENT_ATTEMPTS = 6
/** Longest name of such a file on disk: file systems take 255 bytes. */
export const ATTACHMENT_FILE_NAME_MAX_BYTES = 200
/** The journal is rewritten when it is larger than this and mostly history. */
export const JOURNAL_COMPACT_MIN_BYTES = 1024 * 1024
export const JOURNAL_COMPACT_RATIO = 4
/** Ended assignments that are recognised when the bus delivers them again. */
export const FINISHED_REMEMBERED_MAX = 2_000
/** Assignments whose control messages are kept although the task did not arrive yet, and messages for each. */
export const EARLY_CONTROLS_MAX = 1_000
export const EARLY_CONTROLS_PER_ASSIGNMENT_MAX = 16

export const HTTP_TIMEOUT_MILLIS = 30 * SECOND_MILLIS
export const HTTP_BLOB_TIMEOUT_MILLIS = 10 * MINUTE_MILLIS
/** A request whose connection moves no byte for so long is given up: a half-open connection says nothing by itself. */
export const HTTP_IDLE_TIMEOUT_MILLIS = 15 * SECOND_MILLIS
export const HTTP_REPLY_MAX_BYTES = 64 * 1024
/** Output leaves in pieces of at most this size, at most this often. */
export const OUTPUT_UPLOAD_MAX_BYTES = 256 * 1024
export const OUTPUT_UPLOAD_INTERVAL_MILLIS = 200

/** Last lines of the output that become the summary of a command. */
export const SUMMARY_TAIL_BYTES = 8 * 1024
export const SUMMARY_TAIL_LINES = 20
export const SETUP_ERROR_MAX_BYTES = 4 * 1024
/** After the command ended, how long its output may still be held open by a process that escaped its group. */
export const OUTPUT_DRAIN_MILLIS = SECOND_MILLIS
/** Rounds of looking for processes that were born while their parents were being stopped or killed. */
export const TREE_ROUNDS_MAX = 10
export const SELF_TEST_TIMEOUT_MILLIS = 10 * SECOND_MILLIS

export const ARTIFACTS_TOTAL_MAX_BYTES = 1024 * 1024 * 1024
export const COLLECT_VISITED_MAX = 20_000
export const COLLECT_DEPTH_MAX = 32
export const COLLECT_SKIPPED_LINES_MAX = 50
export const DEFAULT_ARTIFACT_PATTERNS: readonly string[] = ["artifacts/**"]

/** Length of the built-in script of the simulated runtime. */
export const SIMULATED_DURATION_MILLIS = 6 * SECOND_MILLIS

/**
 * Tasks of a root agent run under uids from here on. systemd's list (UIDS-GIDS) leaves 1879048192..2147483647 to nobody but a range
 * near its end; no passwd file reaches so far.
 */
export const TASK_UID_FIRST = 1_879_048_192
export const TASK_UID_COUNT = 2 ** 28 - 2 ** 18
/** Where a container maps only 65,536 ids: the numbers between systemd's dynamic users and `nobody`. */
export const TASK_UID_SMALL_FIRST = 61_184
export const TASK_UID_SMALL_COUNT = 4_300

/** A cancelled task's output may still be on its way for so long; then the cancel is confirmed without the rest. */
export const CANCELLED_DELIVERY_MILLIS = 300
