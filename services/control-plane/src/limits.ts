/** Every limit, timeout and retry of the HTTP edge, with its unit in the name. */

/** Tries of a command whose stream was written by somebody else in between. */
export const COMMAND_ATTEMPTS_MAX = 12
/** Streams whose folded state is kept, so that a command reads only what is new. */
export const STREAM_CACHE_ENTRIES = 5_000
/** Commands remembered per stream, for answering a repeated one. */
export const COMMANDS_KEPT_PER_STREAM = 10_000
/** Events read from a stream at a time. */
export const STREAM_PAGE_EVENTS = 1_000

export const IDEMPOTENCY_KEY_MAX_CHARS = 200
/** Items of one request that are carried out at the same time: enough to fill a batch of the log. */
export const BULK_CONCURRENCY = 64
/** Due times that a schedule is shown with. */
export const SCHEDULE_NEXT_SHOWN = 3
/** What 503 answers tell the caller to wait, unless the log knows better. */
export const RETRY_AFTER_SECONDS = 1
/** Wait of a command for the read models when it needs to see the whole team (unique handles, the leader). */
export const READ_MODEL_WAIT_MILLIS = 5_000

/** Requests of one address in a minute; agents of a whole machine share one. */
export const REQUESTS_PER_MINUTE_MAX = 120_000
/** Sign-ins of one address in a minute. */
export const SIGN_INS_PER_MINUTE_MAX = 30
/** Bootstraps of one address in a minute: a machine may start many agents at once. */
export const BOOTSTRAPS_PER_MINUTE_MAX = 600

/** Life of a bootstrap token that a person asks for. */
export const ENROLLMENT_TTL_MILLIS = 60 * 60 * 1_000

/** Events of one answer of a search whose caller names no number, and of one step of an export. */
export const EXPORT_PAGE_EVENTS = 500

/** Bytes of output in one answer, unless the caller asks for fewer. */
export const OUTPUT_READ_DEFAULT_BYTES = 256 * 1024

/** Answers of fewer bytes are sent as they are: they fit into a packet or two. */
export const PACKED_FROM_BYTES = 2 * 1024
/** Of 11, and of 9: a person waits for the answer, so what is packed in a moment beats what is packed best. */
export const BROTLI_QUALITY = 4
export const GZIP_LEVEL = 4

/** Requests in flight get this long at shutdown. */
export const DRAIN_MILLIS = 5_000
export const CONNECTION_TIMEOUT_MILLIS = 60_000
export const KEEP_ALIVE_TIMEOUT_MILLIS = 72_000

/** Streams one live connection may follow. */
export const ROOMS_PER_SOCKET_MAX = 32
/** Questions of one live connection that may be in work at the same time. */
export const SOCKET_REQUESTS_IN_FLIGHT_MAX = 8
/** Largest message from a live connection. */
export const SOCKET_MESSAGE_MAX_BYTES = 16 * 1024
/** A viewer with more than this waiting to be sent is cut off; it comes back with a snapshot. */
export const SOCKET_BUFFER_MAX_BYTES = 8 * 1024 * 1024
export const SOCKET_BUFFER_MAX_PACKETS = 2_000
/** Events in one message of the live feed, and most that one `range` answers with. */
export const FEED_BATCH_EVENTS = 500
/** The engine's own ping; the heartbeat of the feed is `HEARTBEAT_MILLIS` of the contract. */
export const SOCKET_PING_INTERVAL_MILLIS = 25_000
export const SOCKET_PING_TIMEOUT_MILLIS = 20_000

/** A part that does not answer the readiness check in this time is not ready. */
export const READINESS_TIMEOUT_MILLIS = 2_000
/** Positions the read models may be behind the log before the process says that it is not ready. */
export const READINESS_LAG_MAX_EVENTS = 50_000
/** Removal of dead rows from operational state. */
export const SWEEP_INTERVAL_MILLIS = 60 * 60 * 1_000

/** Largest body of one use of a tool. */
export const TOOL_BODY_MAX_BYTES = 256 * 1024
/** Tasks above one that are looked at: more than the guard rails let come to be. */
export const LINEAGE_MAX = 16
/** Tasks of one run whose tokens are added up; what is used below so many is not looked at any more. */
export const RUN_TASKS_COUNTED_MAX = 2_000
/** A waiting `task_status` looks again when the read models move on, but not more often than this … */
export const TOOL_LOOK_MIN_MILLIS = 100
/** … and in any case after this. */
export const TOOL_LOOK_MAX_MILLIS = 1_000
/** Tasks that `task_status` shows without being asked for them by id. */
export const TOOL_TASKS_SHOWN = 50
/** Open tasks among which `list_members` counts what each member works on. */
export const TOOL_OPEN_TASKS_COUNTED = 500
/** Titles of what a member works on that `list_members` tells. */
export const TOOL_TITLES_SHOWN = 3
/** What a model gets to read of output, files and chat: enough to go on with, not enough to drown in. */
export const TOOL_OUTPUT_SHOWN_BYTES = 4 * 1024
export const TOOL_ARTIFACT_SHOWN_BYTES = 32 * 1024
export const TOOL_CHAT_DEFAULT = 20
export const TOOL_CHAT_TEXT_SHOWN_CHARS = 600

/** A model is given so long for the one small answer of a check. */
export const MODEL_CHECK_TIMEOUT_MILLIS = 20_000
export const MODEL_CHECK_ANSWER_MAX_BYTES = 1024 * 1024

/** A model is given so long to propose a team; a person waits, and may stop waiting. */
export const TEAM_DRAFT_TIMEOUT_MILLIS = 60_000
export const TEAM_DRAFT_ANSWER_MAX_BYTES = 256 * 1024
/** Proposals that one person may have in the making at the same time. */
export const TEAM_DRAFTS_IN_FLIGHT_MAX = 2

/** Life of a token of the API whose maker does not say. */
export const API_TOKEN_TTL_DEFAULT_MILLIS = 90 * 24 * 60 * 60 * 1_000
/** Largest body at the door for people's own MCP clients. */
export const MCP_BODY_MAX_BYTES = 512 * 1024
/** Requests of one address in a minute at that door. */
export const MCP_REQUESTS_PER_MINUTE_MAX = 1_200
/** Calls of one token that may be in work at the same time: waiting ones hold a place. */
export const MCP_CALLS_IN_FLIGHT_MAX = 16

/** Open tasks of a member that one `/stop` looks through. */
export const TURNS_STOPPED_MAX = 200
