import type { Ownership } from "#src/checkpoint/ownership.ts"
import type { Database } from "#src/database.ts"
import type { LogSink } from "#src/log-sink.ts"
import { snapshotAtOrBefore, storeSnapshot } from "#src/snapshot/store.ts"
import { foldTeamUpTo } from "#src/team-view-at.ts"

export interface DueSnapshots {
  readonly teamId: string
  /** How far the team's feed reaches. */
  readonly head: number
  readonly everyEvents: number
}

/**
 * Stores the snapshots that a team lacks, at multiples of `everyEvents`, each folded from the one before. Stops without a word
 * when the projection changed hands or was emptied: the next owner does it. Rejects with `DatabaseFault`.
 */
export const storeDueSnapshots = async (
  database: Database,
  owner: Ownership,
  { teamId, head, everyEvents }: DueSnapshots,
  log: LogSink,
): Promise<void> => {
  const newest = await database.run((sql) => snapshotAtOrBefore(sql, teamId, head))
  const done = Math.floor((newest?.seq ?? 0) / everyEvents) * everyEvents
  for (let seq = done + everyEvents; seq <= head; seq += everyEvents) {
    const state = await database.run((sql) => foldTeamUpTo(sql, teamId, seq, log))
    if (state === undefined || !(await storeSnapshot(database, owner, teamId, state))) return
  }
}
