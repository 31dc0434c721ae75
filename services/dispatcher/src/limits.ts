import { LEASE_MILLIS, PRESENCE_TTL_MILLIS, PROGRESS_MIN_INTERVAL_MILLIS } from "@muster/contracts"

/** Every time the dispatcher goes by. Tests hand in shorter ones. */
export interface DispatcherTimings {
  /** How often timers, presence and leases are looked at. */
  readonly tickMillis: number
  /** How often the bus is looked at: generation, users, inboxes. */
  readonly healthMillis: number
  /** An assignment that no heartbeat lists for so long is taken back. */
  readonly leaseMillis: number
  /** A member that is not heard for so long is absent. */
  readonly presenceMillis: number
  /** An agent has so long beyond a task's time limit to stop it itself. */
  readonly timeLimitGraceMillis: number
  /** Progress becomes an event at most once a task in this time. */
  readonly progressMinIntervalMillis: number
  /** A removed member's agent has so long to read that it must stop, before its keys and credentials go. */
  readonly retireGraceMillis: number
  /** How often a process that waits for the ownership asks for it, and the owner makes sure that it still has it. */
  readonly ownershipPollMillis: number
  /** First and longest wait before the dispatcher starts again after it failed. */
  readonly restartFirstMillis: number
  readonly restartMaxMillis: number
}

export const DEFAULT_TIMINGS: DispatcherTimings = {
  tickMillis: 1_000,
  healthMillis: 3_000,
  leaseMillis: LEASE_MILLIS,
  presenceMillis: PRESENCE_TTL_MILLIS,
  timeLimitGraceMillis: 15_000,
  progressMinIntervalMillis: PROGRESS_MIN_INTERVAL_MILLIS,
  retireGraceMillis: 2_000,
  ownershipPollMillis: 1_000,
  restartFirstMillis: 200,
  restartMaxMillis: 10_000,
}

/** Tasks a member may have beyond its slots, so that it need not wait for the next one when it has done one. */
export const PREFETCH_WINDOW_TASKS = 1
/** Most entries in an inbox: far more than slots and window allow, so it only stops a runaway. */
export const INBOX_MAX_ENTRIES = 1_000
/** Tasks that are assigned in one append call. */
export const ASSIGN_BATCH_TASKS = 500
/** How often a decision is made again because somebody else had written to the stream. */
export const DECIDE_TRIES_MAX = 8
/** Streams that are read at the same time at the start. */
export const LOAD_CONCURRENCY = 16
/** Events of one page while catching up. */
export const CATCH_UP_PAGE_EVENTS = 1_000
/** Events of one page of a single stream. */
export const STREAM_PAGE_EVENTS = 5_000
/** Entries nobody understands that become events: so many a member and minute; the rest is only counted. */
export const DEAD_LETTER_EVENTS_PER_MINUTE = 10
export const MINUTE_MILLIS = 60_000
/** Backoff of a loop that meets an unreachable log or bus. */
export const LOOP_BACKOFF_FIRST_MILLIS = 100
export const LOOP_BACKOFF_MAX_MILLIS = 3_000
export const LOOP_BACKOFF = { firstMillis: LOOP_BACKOFF_FIRST_MILLIS, maxMillis: LOOP_BACKOFF_MAX_MILLIS } as const
/** A statement of the ownership's session that takes longer means that the session is lost. */
export const OWNERSHIP_TIMEOUT_MILLIS = 5_000
/** Every so many looks at the bus its users are reconciled, restarted or not. */
export const USERS_EVERY_CHECKS = 10
/** Presence that was not looked at for this share of a lease means a new grace for everyone. */
export const BLIND_SHARE_OF_LEASE = 1 / 3
