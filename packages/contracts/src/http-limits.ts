/** Named bounds of the HTTP API. */

export const API_PREFIX = "/api/v1"
export const BODY_MAX_BYTES = 1024 * 1024
export const BULK_MAX_TASKS = 500
export const PAGE_DEFAULT = 100
export const PAGE_MAX = 500
/** Longest wait of `?atLeast=` before the answer comes anyway (503 read-model-behind). */
export const AT_LEAST_MAX_WAIT_MILLIS = 5_000
export const IDEMPOTENCY_KEY_HEADER = "idempotency-key"
