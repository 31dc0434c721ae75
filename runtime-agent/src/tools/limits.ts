const SECOND_MILLIS = 1_000

/** Largest request to the tools: an artifact of the largest size, escaped. */
export const TOOLS_BODY_MAX_BYTES = 4 * 1024 * 1024
export const TOOLS_CONNECTIONS_MAX = 128
/** Messages in one request. */
export const TOOLS_BATCH_MAX = 16
/** Calls of one assignment: so many in a minute, and so many in work at the same time (a waiting one is in work). */
export const TOOL_CALLS_PER_MINUTE_MAX = 600
export const TOOL_CALLS_IN_FLIGHT_MAX = 16
export const TOOLS_REQUEST_TIMEOUT_MILLIS = 30 * SECOND_MILLIS
/** Questions and requests of one assignment that people have not answered yet. */
export const OPEN_REQUESTS_MAX = 8
/** Waits for a person in one call, unless the call says how long. */
export const PERSON_WAIT_DEFAULT_SECONDS = 45
/** One use of a team tool: its own wait and what the control plane needs besides. */
export const FORWARD_TIMEOUT_MILLIS = 70 * SECOND_MILLIS
/** A control plane that is away is asked again for so long, under the same key; then the model is told. */
export const FORWARD_PATIENCE_MILLIS = 40 * SECOND_MILLIS
export const FORWARD_RETRY_FIRST_MILLIS = 200
export const FORWARD_RETRY_MAX_MILLIS = 5 * SECOND_MILLIS
/** What an agent is told of its team before it begins. */
export const BRIEFING_MEMBERS_MAX = 40
export const BRIEFING_TASKS_MAX = 20
export const BRIEFING_TEXT_MAX_CHARS = 120
/** A control plane that is away is asked about the team for so long; then the work begins without. */
export const BRIEFING_PATIENCE_MILLIS = 5_000
