import {
  LEASE_MILLIS,
  PRESENCE_TTL_MILLIS,
  PROGRESS_MIN_INTERVAL_MILLIS,
  USAGE_MIN_INTERVAL_MILLIS,
} from "@muster/contracts"

/** Every time the dispatcher goes by. Tests hand in shorter ones. */
export interface DispatcherTimings {
  /** How often timers, presence and leases are looked at. */
  readonly tickMillis: number
  /** How often the bus is looked at: generation, users, inboxes. */
  readonly healthMillis: number
  /** An assignment that no heartbeat lists for so long is taken back. */
  readonly leaseMillis: number
  /** An assignment that has ended, or is to be cancelled, and that heartbeats go on to list for so long is called back, again and again. */
  readonly strayGraceMillis: number
  /** A member that is not heard for so long is absent. */
  readonly presenceMillis: number
  /** An agent that says for so long that its runtime cannot work is shown as blocked. */
  readonly blockedAfterMillis: number
  /** An agent has so long beyond a task's time limit to stop it itself. */
  readonly timeLimitGraceMillis: number
  /** Progress becomes an event at most once a task in this time. */
  readonly progressMinIntervalMillis: number
  /** So does usage, but for the last one. */
  readonly usageMinIntervalMillis: number
  /** A removed member's agent has so long to read that it must stop, before its keys and credentials go. */
  readonly retireGraceMillis: number
  /**
   * What a process owns is others' to take so long after its last beat, and how often it beats: the first is longer than three times
   * the second. A process that dies is made good for after their sum at the latest.
   */
  readonly shardLeaseMillis: number
  readonly shardRenewMillis: number
  /** An agent has so long after a kill switch to confirm that it stopped its work; then it is itself ordered to stop. */
  readonly haltObeyMillis: number
  /** First and longest wait before the dispatcher starts again after it failed. */
  readonly restartFirstMillis: number
  readonly restartMaxMillis: number
}

export const DEFAULT_TIMINGS: DispatcherTimings = {
  tickMillis: 1_000,
  healthMillis: 3_000,
  leaseMillis: LEASE_MILLIS,
  strayGraceMillis: 10_000,
  presenceMillis: PRESENCE_TTL_MILLIS,
  blockedAfterMillis: 3_000,
  timeLimitGraceMillis: 15_000,
  progressMinIntervalMillis: PROGRESS_MIN_INTERVAL_MILLIS,
  usageMinIntervalMillis: USAGE_MIN_INTERVAL_MILLIS,
  retireGraceMillis: 2_000,
  haltObeyMillis: 3_000,
  shardLeaseMillis: 6_000,
  shardRenewMillis: 1_500,
  restartFirstMillis: 200,
  restartMaxMillis: 10_000,
}

/** An answer that took longer is not used to set the clock: it could be wrong by half of it. */
export const CLOCK_ANSWER_MAX_MILLIS = 1_000
/** Tasks a member may have beyond its slots, so that it need not wait for the next one when it has done one. */
export const PREFETCH_WINDOW_TASKS = 1
/** Most entries in an inbox: far more than slots and window allow, so it only stops a runaway. */
export const INBOX_MAX_ENTRIES = 1_000
/** Tasks that are assigned in one append call. */
export const ASSIGN_BATCH_TASKS = 500
/** How often a decision is made again because somebody else had written to the stream. */
export const DECIDE_TRIES_MAX = 8
/** Reads that are under way at the same time at the start. */
export const LOAD_CONCURRENCY = 16
/** Streams of one read at the start: with few events each it stays far below what one read may give. */
export const LOAD_CHUNK_STREAMS = 250
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
/** Every so many looks at the bus its users are reconciled, restarted or not. */
export const USERS_EVERY_CHECKS = 10
/** A member that stays blocked, for other reasons again and again: so often they become events. */
export const BLOCKED_REASON_MIN_INTERVAL_MILLIS = 60_000
/** Presence that was not looked at for this share of a lease means a new grace for everyone. */
export const BLIND_SHARE_OF_LEASE = 1 / 3
/** Parts the teams are cut into, by a hash of their ids. Processes on one database must agree on it: it is part of the leases' meaning. */
export const SHARDS = 16
/** Reports that were read and not settled are looked for this often: another owner of the past may have read them. */
export const PENDING_SWEEP_MILLIS = 10_000
/** What is still to be written for teams that are let go is waited for so long; the next owner finds the rest in the log. */
export const LET_GO_MAX_MILLIS = 1_000
export const LET_GO_LOOK_MILLIS = 5
/** Late reports for whose assignment the log is searched, a minute. The rest counts as late. */
export const ORPHAN_LOOKS_PER_MINUTE = 600
