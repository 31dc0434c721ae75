/** Bounds of the `acp` runtime. */

const SECOND_MILLIS = 1_000

/** From its start until an agent has a session. Starting a large one on a busy machine takes many seconds. */
export const ACP_READY_MAX_MILLIS = 90 * SECOND_MILLIS
/** How long an agent may take to end its turn by itself after a cancel. */
export const ACP_CANCEL_POLITE_MILLIS = 400
/** An agent that asks for the list of tools before its session is made has asked by then; it is not believed at once that it did not. */
export const TOOLS_LISTED_PATIENCE_MILLIS = 5 * SECOND_MILLIS
/** One message of an agent. What is longer is not read as a message. */
export const ACP_MESSAGE_MAX_BYTES = 16 * 1024 * 1024
/** Output that waits for the spool; beyond it nothing more is read from the agent. */
export const ACP_OUTPUT_PENDING_MAX_BYTES = 256 * 1024
/** Requests of an agent that wait for an answer; beyond it nothing more is read from the agent. */
export const ACP_REQUESTS_WAITING_MAX = 64
/** Requests for leave and questions of one session that wait for a person; further ones are refused. */
export const ACP_ASKED_MAX = 16
/** Questions that one form may hold. */
export const ACP_FORM_FIELDS_MAX = 8
/** Tool calls whose details are kept while they run. */
export const ACP_TOOL_CALLS_MAX = 200
/** Sessions kept for tasks that were interrupted. */
export const ACP_SESSIONS_KEPT_MAX = 200
/** Last of what an agent wrote to its error stream, for the words about its death. */
export const ACP_STDERR_TAIL_BYTES = 2 * 1024
export const ACP_STDERR_TAIL_LINES = 6

/** What one request for leave and one question hold (contracts of the bus). */
/** What is asked leave for is recorded and shown whole up to here. */
export { APPROVAL_ACTION_MAX_CHARS, APPROVAL_DETAIL_MAX_CHARS } from "@muster/domain"
export const QUESTION_MAX_CHARS = 2_000
export const CHOICE_MAX_CHARS = 200
