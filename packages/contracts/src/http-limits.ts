/** Named bounds of the HTTP API. */

export const API_PREFIX = "/api/v1"
export const BODY_MAX_BYTES = 1024 * 1024
export const BULK_MAX_TASKS = 500
/** Members that a team may begin with; more are added one by one. */
export const TEAM_MEMBERS_AT_ONCE_MAX = 32
/** The sentence that a team is drafted from. */
export const TEAM_SENTENCE_MAX_CHARS = 2_000
export const PAGE_DEFAULT = 100
/** Things that wait for people are counted up to here. */
export const NEEDS_COUNTED_MAX = 1_000
export const PAGE_MAX = 500
/** Events that one search of a history looks through; it says where it stopped. */
export const HISTORY_SEARCH_MAX_EVENTS = 20_000
export const HISTORY_QUERY_MAX_CHARS = 200
/** Types of events that one search may name. */
export const HISTORY_TYPES_MAX = 64
/** Stretches into which the activity of a history is cut, however long it is. */
export const ACTIVITY_MAX_BUCKETS = 400
/** Events of one piece of a history as replay reads it; each begins where a snapshot may be stored. */
export const TAPE_CHUNK_EVENTS = 500
/** Longest wait of `?atLeast=` before the answer comes anyway (503 read-model-behind). */
export const AT_LEAST_MAX_WAIT_MILLIS = 5_000
export const IDEMPOTENCY_KEY_HEADER = "idempotency-key"
