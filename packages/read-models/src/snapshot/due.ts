import type { Ownership } from "#src/checkpoint/ownership.ts"
import type { Database } from "#src/database.ts"
import type { LogSink } from "#src/log-sink.ts"
import { isKept, newestDue } from "#src/snapshot/kept.ts"
import { snapshotAtOrBefore, storeSnapshot } from "#src/snapshot/store.ts"
import { foldTeamOn } from "#src/team-view-at.ts"
import { draftOf, emptyTeamView } from "@muster/projections"

export interface DueSnapshots {
  readonly teamId: string
  /** How far the team's feed reaches. */
  readonly head: number
  readonly everyEvents: number
  /** Once it aborts, the snapshot at hand is the last: whoever comes next makes the others. */
  readonly signal?: AbortSignal
}

/**
 * Stores the snapshots that a team lacks, at multiples of `everyEvents`, in one pass over its feed from the newest it has; those that
 * would be thinned out at once are passed over. Stops without a word when the projection changed hands or was emptied: the next
 * owner does it. Rejects with `DatabaseFault`.
 */
export const storeDueSnapshots = async (
  database: Database,
  owner: Ownership,
  { teamId, head, everyEvents, signal }: DueSnapshots,
  log: LogSink,
): Promise<void> => {
  const stored = await database.run((sql) => snapshotAtOrBefore(sql, teamId, head))
  const draft = stored === undefined ? emptyTeamView() : draftOf(stored.state)
  const newest = newestDue(head, everyEvents)
  for (let seq = newestDue(draft.seq, everyEvents) + everyEvents; seq <= newest; seq += everyEvents) {
    if (signal?.aborted === true) return
    if (!isKept(seq, newest, everyEvents)) continue
    const isThere = await database.run((sql) => foldTeamOn(sql, teamId, { draft, upTo: seq, log }))
    if (!isThere || !(await storeSnapshot(database, owner, { teamId, state: draft, everyEvents }))) return
  }
}
