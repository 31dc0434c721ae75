import { SNAPSHOTS_DENSE, SNAPSHOTS_SPARSE_EVERY } from "#src/limits.ts"

/** The newest snapshot that a feed which reaches `head` should have; 0 for none. */
export const newestDue = (head: number, everyEvents: number): number => Math.floor(head / everyEvents) * everyEvents

/** Seq up to which snapshots are thinned out, once one of `newest` is stored. */
export const sparseUpTo = (newest: number, everyEvents: number): number => newest - SNAPSHOTS_DENSE * everyEvents

/**
 * Whether a team that has a snapshot of `newest` keeps the one of `seq`: the newest ones all, older ones sparsely. One that is not kept
 * now is never kept later, so thinning as the feed grows leaves what a rebuild would store.
 */
export const isKept = (seq: number, newest: number, everyEvents: number): boolean =>
  seq > sparseUpTo(newest, everyEvents) || (seq / everyEvents) % SNAPSHOTS_SPARSE_EVERY === 0
