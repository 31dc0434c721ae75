import { all } from "#src/database.ts"
import type { Fragment } from "#src/feed/events.ts"
import type { FeedHead } from "#src/port.ts"
import { columnPosition } from "#src/rows.ts"
import { START, streams } from "@muster/domain"
import type postgres from "postgres"

/** The team whose feed this is; undefined for other names. */
export const teamOf = (feedId: string): string | undefined => (feedId.startsWith("team:") ? feedId.slice(5) : undefined)

/** Seq of the last event of a feed at or before a position. */
export const feedSeqAt = async (sql: postgres.Sql, feedId: string, position: string): Promise<number> => {
  const rows = await all(sql<{ seq: number }[]>`
    SELECT rm.feed_seq_at(${feedId}, ${columnPosition(position)}) AS seq`)
  return rows[0]?.seq ?? 0
}

/**
 * The rows of a feed, a task's or all, as relation with `seq` and `position`. A task's are found by its stream in the log: each of
 * its events is looked for in the feed by halving, and only what is in the feed counts.
 */
export const rowsOf = (sql: postgres.Sql, feedId: string, task: string | undefined): Fragment =>
  task === undefined
    ? sql`(SELECT seq, position FROM rm.feed WHERE feed_id = ${feedId})`
    : sql`(
        SELECT f.seq, f.position FROM es.events e
        CROSS JOIN LATERAL (SELECT rm.feed_seq_at(${feedId}, e.position) AS seq) at
        JOIN rm.feed f ON f.feed_id = ${feedId} AND f.seq = at.seq AND f.position = e.position
        WHERE e.stream = ${streams.task(task)})`

/** Where a feed stands. */
export const feedHead = async (sql: postgres.Sql, feedId: string): Promise<FeedHead> => {
  const rows = await all(sql<FeedHead[]>`SELECT seq, position FROM rm.feed_head WHERE feed_id = ${feedId}`)
  const row = rows[0]
  return row === undefined ? { seq: 0, position: START } : { seq: row.seq, position: row.position }
}
