const SECOND_MILLIS = 1_000

/** The load and the faults last so long unless told otherwise; setting up, the quiet and the comparing come on top (about a minute and a half). */
export const RUN_DEFAULT_SECONDS = 250
export const RUN_MIN_SECONDS = 20
export const RUN_MAX_SECONDS = 3_600
/** From one fault to the next: 60 of them in four minutes. */
export const FAULT_SPACING_MILLIS = 3_800
/** So much earlier or later than its place. */
export const FAULT_JITTER_MILLIS = 900
/** A thing that was struck is left alone for so long after the end of its fault: it has to be there to be struck again. */
export const REST_AFTER_FAULT_MILLIS = 4_000
/** Tasks that must be in flight before the first fault, and before each. */
export const IN_FLIGHT_BEFORE_FIRST_TASKS = 40
export const IN_FLIGHT_BEFORE_EACH_TASKS = 20
/** How long a fault is put off until so many are. */
export const IN_FLIGHT_WAIT_MILLIS = 5 * SECOND_MILLIS
/** A fault that can not be begun (the thing is away for other reasons) is tried for so long. */
export const STRIKE_TIMEOUT_MILLIS = 30 * SECOND_MILLIS

/** Tasks a second that are asked for, whatever becomes of the earlier ones. */
export const LOAD_TASKS_PER_SECOND = 45
/** Requests that wait for their answer at the same time; beyond it new tasks wait on the side of the load. */
export const LOAD_REQUESTS_MAX = 64
export const LOAD_REQUEST_TIMEOUT_MILLIS = 8 * SECOND_MILLIS
export const LOAD_RETRY_FIRST_MILLIS = 100
export const LOAD_RETRY_MAX_MILLIS = 2 * SECOND_MILLIS
export const LOAD_STATUS_INTERVAL_MILLIS = 200
export const LOAD_TICK_MILLIS = 20
export const BULK_MIN_TASKS = 4
export const BULK_MAX_TASKS = 20
/** Part of the arrivals that come in bulk, of tasks that fail once, that hang into their time limit, that are cancelled. */
export const BULK_SHARE = 0.05
export const FAILING_SHARE = 0.04
export const HANGING_SHARE = 0.02
export const CANCELLED_SHARE = 0.02
export const ARTIFACT_SHARE = 0.02
export const TASK_MIN_MILLIS = 500
export const TASK_MAX_MILLIS = 2_500
export const HANG_LIMIT_MILLIS = 1_000
/** After the load has ended, how long what was asked for may still wait to be acknowledged. */
export const LOAD_DRAIN_TIMEOUT_MILLIS = 60 * SECOND_MILLIS

/** Teams with agents of the run's own, members of each, and slots of each member. */
export const TEAMS = 3
export const MEMBERS_PER_TEAM = 2
export const SLOTS_PER_MEMBER = 40
export const VIEWERS = 2
/** The file system on which one agent keeps its state. */
export const SMALL_DISK_MEBIBYTES = 8

/** The log is read on this often. */
export const MONITOR_INTERVAL_MILLIS = 100
export const MONITOR_PAGE_EVENTS = 5_000
export const MONITOR_STATEMENT_MILLIS = 5 * SECOND_MILLIS
/** An agent or a product that ended is started again after a pause in this range. */
export const SUPERVISOR_PAUSE_MILLIS = 300
export const PRODUCT_START_ATTEMPTS_MAX = 40
/** How often a product is looked at whether it still lives, and lines of its last words that are told when it does not. */
export const WATCH_INTERVAL_MILLIS = 500
export const COLLAPSE_LINES = 3

/** After the last fault: how long all that was acknowledged may take to its outcome. */
export const QUIET_TIMEOUT_MILLIS = 150 * SECOND_MILLIS
/** And the viewers, to be where the feed is. */
export const VIEWERS_TIMEOUT_MILLIS = 60 * SECOND_MILLIS
export const LOOK_AGAIN_MILLIS = 100
export const STOP_TIMEOUT_MILLIS = 40 * SECOND_MILLIS
/** No longer than this for one process to end after it was told to, at the very end. */
export const KILL_PATIENCE_MILLIS = 5 * SECOND_MILLIS
/** The clock library looks at its file this often. */
export const CLOCK_LOOK_SECONDS = 1
export const PROGRESS_INTERVAL_MILLIS = 10 * SECOND_MILLIS
/** Lines of each process that are told when a run failed. */
export const TAIL_LINES = 40
