/** Bounds of the `openclaw` runtime. */

const SECOND_MILLIS = 1_000
const MINUTE_MILLIS = 60 * SECOND_MILLIS
const MEBIBYTE = 1024 * 1024

/** The one version this runtime is made for; the protocol moves with it. */
export const OPENCLAW_VERSION = "2026.9.6"
export const OPENCLAW_PROTOCOL = 4

/** Sessions that one gateway carries at the same time; further tasks of the member wait for one to end. */
export const OPENCLAW_SLOTS = 4
/** Conversations of the chat that a member remembers; the ones not used for longest are forgotten. */
export const OPENCLAW_CONVERSATIONS_KEPT_MAX = 32

/** From the start of the process until it takes work. Ten seconds on a quiet machine, a minute on one that has too much to do. */
export const GATEWAY_READY_MAX_MILLIS = 180 * SECOND_MILLIS
export const GATEWAY_CONNECT_RETRY_MILLIS = 250
/** For the opening of a connection and its greeting. */
export const GATEWAY_CONNECT_MAX_MILLIS = 10 * SECOND_MILLIS
/** A gateway that lives and is not reached again for so long is started anew. */
export const GATEWAY_RECONNECT_MAX_MILLIS = 60 * SECOND_MILLIS
/** The first session of a gateway loads most of it: several seconds in which nothing else is answered. */
export const GATEWAY_REQUEST_MAX_MILLIS = 60 * SECOND_MILLIS
/** One piece of waiting for the end of a turn; the connection may be another one for the next piece. */
export const GATEWAY_WAIT_SLICE_MILLIS = 30 * SECOND_MILLIS
/** More than the gateway's own limit for a message. */
export const GATEWAY_FRAME_MAX_BYTES = 64 * MEBIBYTE
/** A connection on which nothing came for so many of the gateway's own ticks is dead. */
export const GATEWAY_SILENT_TICKS = 2.5
export const GATEWAY_TICK_DEFAULT_MILLIS = 30 * SECOND_MILLIS

/** Starts that failed one after another, until the runtime is blocked for a while. */
export const GATEWAY_FAILURES_MAX = 5
export const GATEWAY_BACKOFF_FIRST_MILLIS = SECOND_MILLIS
export const GATEWAY_BACKOFF_MAX_MILLIS = 30 * SECOND_MILLIS
export const GATEWAY_BLOCKED_MILLIS = 5 * MINUTE_MILLIS

/** Memory of the gateway and all it started. Idle, it is started anew above the first; at work, above the second. */
export const GATEWAY_MEMORY_IDLE_MAX_BYTES = 2_048 * MEBIBYTE
export const GATEWAY_MEMORY_MAX_BYTES = 4_096 * MEBIBYTE
export const GATEWAY_MEMORY_LOOK_MILLIS = 15 * SECOND_MILLIS

/** From the request to abort a session until the whole gateway is ended for it. */
export const GATEWAY_ABORT_MAX_MILLIS = 1_200
/** How long an idle gateway may take to end by itself. */
export const GATEWAY_STOP_MAX_MILLIS = 6 * SECOND_MILLIS
/** For the whole of ending all sessions before the gateway is told to stop: one that works would drain for minutes. */
export const GATEWAY_STOP_ABORT_MAX_MILLIS = 1_500
export const GATEWAY_LOG_MAX_BYTES = 8 * MEBIBYTE
export const GATEWAY_TAIL_BYTES = 4 * 1024
export const GATEWAY_TAIL_LINES = 4

/** Told to OpenClaw as the longest turn: the time limit of the task is the agent's to watch. */
export const TURN_MAX_SECONDS = 7 * 24 * 3_600
/** A command of the agent goes to the background after this; a turn must not end while it runs. */
export const EXEC_BACKGROUND_MILLIS = 30 * MINUTE_MILLIS
/** A team tool may wait for other members. */
export const TOOL_CALL_MAX_MILLIS = 120 * SECOND_MILLIS
export const MODEL_CONTEXT_TOKENS = 128_000
export const MODEL_OUTPUT_TOKENS = 8_192
/** The last words and the totals of a turn that was answered come right behind its receipt … */
export const TURN_END_WAIT_MILLIS = 15 * SECOND_MILLIS
/** … those of one that broke off perhaps never. */
export const BROKEN_TURN_END_WAIT_MILLIS = 2 * SECOND_MILLIS
/** Runs at most this long: the removal of a task's directory by its own account. */
export const TIDY_MAX_MILLIS = 30 * SECOND_MILLIS

/** A gateway that had nothing to do for so long deletes sessions that are over. */
export const SESSIONS_TIDY_IDLE_MILLIS = 30 * SECOND_MILLIS

/** What the gateway may send to a model at once. */
export const DOOR_BODY_MAX_BYTES = 32 * MEBIBYTE
/** A model may think for long before its first byte. */
export const DOOR_IDLE_MAX_MILLIS = 10 * MINUTE_MILLIS
/** Requests of one session that wait for a person. */
export const ASKED_MAX = 16
