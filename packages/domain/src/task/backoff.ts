import { RETRY_BACKOFF_MAX_MILLIS } from "#src/limits.ts"
import type { RetryPolicy } from "#src/events/shared.ts"

/**
 * Wait before attempt `attempt + 1`: exponential with "equal jitter" (half fixed, half random), capped.
 * `random` is in [0, 1) and comes from the caller, so that the core stays a function of its input.
 */
export const retryDelayMillis = (policy: RetryPolicy, attempt: number, random: number): number => {
  const full = Math.min(RETRY_BACKOFF_MAX_MILLIS, policy.backoffMillis * 2 ** Math.max(0, attempt - 1))
  return Math.round(full / 2 + (full / 2) * random)
}
