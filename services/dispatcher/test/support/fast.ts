import { DEFAULT_TIMINGS, type DispatcherTimings } from "#src/limits.ts"

/** Timings with which a test sees in moments what takes seconds in the product. */
export const FAST: DispatcherTimings = {
  ...DEFAULT_TIMINGS,
  tickMillis: 25,
  healthMillis: 60,
  leaseMillis: 700,
  strayGraceMillis: 200,
  presenceMillis: 500,
  timeLimitGraceMillis: 150,
  progressMinIntervalMillis: 150,
  usageMinIntervalMillis: 150,
  blockedAfterMillis: 50,
  retireGraceMillis: 150,
  shardLeaseMillis: 2_000,
  shardRenewMillis: 100,
  restartFirstMillis: 20,
}
