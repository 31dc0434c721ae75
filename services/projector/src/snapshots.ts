import { backoffMillis, pause } from "@muster/platform"
import { RETRY_FIRST_DELAY_MILLIS, RETRY_MAX_DELAY_MILLIS, SNAPSHOT_REST_FACTOR } from "#src/limits.ts"
import { type ProjectorLog, reasonOf } from "#src/log.ts"
import { projectorFailures } from "#src/metrics.ts"
import { teamOfFeed } from "#src/feeds.ts"
import { makeWorkSet } from "#src/work-set.ts"
import type { Ownership, ProjectionStore } from "@muster/read-models/writer"

export interface SnapshotterOptions {
  readonly store: ProjectionStore
  readonly owner: Ownership
  readonly everyEvents: number
  readonly log: ProjectorLog
  readonly signal: AbortSignal
  /** Times the length of a round that is waited after it. Default: `SNAPSHOT_REST_FACTOR`. */
  readonly restFactor?: number
  /** Snapshots of a team were stored. */
  readonly onStored: (teamId: string) => void
}

const backoff = { firstMillis: RETRY_FIRST_DELAY_MILLIS, maxMillis: RETRY_MAX_DELAY_MILLIS }

/**
 * Stores team views behind the projection: never in its transaction, since a snapshot only spares a later reader some folding.
 * Level-triggered: it asks which are missing and stores those, so one that failed is made up for.
 */
export const makeSnapshotter = (options: SnapshotterOptions) => {
  const { store, owner, everyEvents, log, signal, restFactor = SNAPSHOT_REST_FACTOR, onStored } = options
  const due = makeWorkSet(signal)
  /** How far the feeds reach that may lack a snapshot. */
  const heads = new Map<string, number>()
  /** Snapshots that a team should have, as far as this process knows. */
  const expected = new Map<string, number>()
  let hasLooked = false
  let failures = 0

  const advanced = (feeds: ReadonlyMap<string, number>): void => {
    for (const [feedId, seq] of feeds) {
      const teamId = teamOfFeed(feedId)
      const count = Math.floor(seq / everyEvents)
      // What was asked for may be older than what was heard meanwhile.
      if (teamId === undefined || count <= (expected.get(teamId) ?? 0)) continue
      expected.set(teamId, count)
      heads.set(teamId, seq)
      due.mark(teamId)
    }
  }

  const work = async (): Promise<void> => {
    advanced(await store.snapshots.missing(everyEvents))
    hasLooked = true
    for (let teamId = await due.next(); teamId !== undefined; teamId = await due.next()) {
      const head = heads.get(teamId) ?? 0
      // Before the work: while it goes on, the feed may grow beyond.
      heads.delete(teamId)
      const sinceMillis = performance.now()
      await store.snapshots.store(owner, { teamId, head, everyEvents, signal })
      due.restAfter(performance.now() - sinceMillis, restFactor)
      failures = 0
      onStored(teamId)
    }
  }

  return {
    /** Feeds grew to these numbers. */
    advanced,
    isIdle: () => hasLooked && due.isIdle(),
    /** Works until the signal aborts; never rejects. */
    run: async (): Promise<void> => {
      while (!signal.aborted) {
        try {
          await work()
        } catch (error) {
          projectorFailures.inc()
          if (failures === 0) log.warn(reasonOf(error), "a snapshot could not be stored, trying again")
          // What was being done is asked for anew, so nothing has to be remembered.
          expected.clear()
          await pause(backoffMillis(backoff, failures), signal)
          failures += 1
        }
      }
    },
  }
}
