import { all, type Database } from "#src/database.ts"
import type { Ownership } from "#src/checkpoint/ownership.ts"
import { SNAPSHOTS_SPARSE_EVERY } from "#src/limits.ts"
import { sparseUpTo } from "#src/snapshot/kept.ts"
import { packView, unpackView } from "#src/snapshot/packed.ts"
import { FEED_VERSION, type TeamView } from "@muster/contracts"
import type postgres from "postgres"

export interface StoredSnapshot {
  readonly seq: number
  readonly state: TeamView
}

/** As it is in the table. */
export interface SnapshotRow {
  readonly seq: number
  readonly state: Uint8Array
}

export const snapshotOf = async ({ seq, state }: SnapshotRow): Promise<StoredSnapshot> => ({
  seq,
  state: await unpackView(state),
})

/** The newest snapshot at or before `seq` that today's reducers made. */
export const snapshotAtOrBefore = async (
  sql: postgres.Sql,
  teamId: string,
  seq: number,
): Promise<StoredSnapshot | undefined> => {
  const rows = await all(sql<SnapshotRow[]>`
    SELECT seq, state FROM rm.snapshot
    WHERE team_id = ${teamId} AND feed_version = ${FEED_VERSION} AND seq <= ${seq}
    ORDER BY seq DESC LIMIT 1`)
  return rows[0] && snapshotOf(rows[0])
}

/** Feeds that reach so many events beyond their newest snapshot, and how far they reach. */
export const feedsWithoutSnapshot = async (
  sql: postgres.Sql,
  everyEvents: number,
): Promise<ReadonlyMap<string, number>> => {
  const rows = await all(sql<{ feed_id: string; seq: number }[]>`
    SELECT h.feed_id, h.seq FROM rm.feed_head h
    WHERE h.feed_id LIKE 'team:%' AND h.seq - ${everyEvents} >= coalesce((
      SELECT max(s.seq) FROM rm.snapshot s
      WHERE s.team_id = substr(h.feed_id, 6) AND s.feed_version = ${FEED_VERSION}), 0)`)
  return new Map(rows.map((row) => [row.feed_id, row.seq]))
}

/**
 * Stores a snapshot and thins out those before it, unless the projection changed hands or was emptied for another generation: one of
 * a history that is no more would poison every replay after it. False when that is so.
 */
export const storeSnapshot = async (
  database: Database,
  owner: Ownership,
  { teamId, state, everyEvents }: { readonly teamId: string; readonly state: TeamView; readonly everyEvents: number },
): Promise<boolean> => {
  const packed = await packView(state)
  const rows = await database.run((sql) =>
    all(sql<{ owned: number }[]>`
    WITH fence AS (
      SELECT 1 FROM rm.checkpoint
      WHERE name = ${owner.name} AND owner_epoch = ${owner.epoch} AND generation = ${owner.generation} FOR SHARE
    ), stored AS (
      INSERT INTO rm.snapshot (team_id, feed_version, seq, position, state)
      SELECT ${teamId}, ${FEED_VERSION}, ${state.seq}, ${state.position}, ${packed} FROM fence
      ON CONFLICT (team_id, feed_version, seq) DO NOTHING
    ), thinned AS (
      DELETE FROM rm.snapshot
      WHERE team_id = ${teamId} AND feed_version = ${FEED_VERSION} AND EXISTS (SELECT 1 FROM fence)
        AND seq <= ${sparseUpTo(state.seq, everyEvents)} AND (seq / ${everyEvents}::int) % ${SNAPSHOTS_SPARSE_EVERY}::int <> 0
    )
    SELECT count(*)::int AS owned FROM fence`),
  )
  return rows[0]?.owned === 1
}
