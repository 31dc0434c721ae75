import { all, type Reading } from "#src/database.ts"
import { RANGE_MAX_EVENTS } from "#src/limits.ts"
import type { FeedHead, FeedRangeOptions, ReadModels } from "#src/port.ts"
import { clampLimit, isFindable } from "#src/rows.ts"
import { visibleRows, visibleTo } from "#src/visibility.ts"
import type { FeedEvent } from "@muster/contracts"
import { START } from "@muster/domain"
import type postgres from "postgres"

interface Row {
  readonly seq: number
  readonly event: Omit<FeedEvent, "seq">
}

const MAX_SEQ = 2 ** 31 - 1
const seqText = (seq: number): number => Math.min(Math.max(Math.trunc(seq), 0), MAX_SEQ)

const feedEvents = (rows: readonly Row[]): readonly FeedEvent[] => rows.map(({ seq, event }) => ({ ...event, seq }))

/** The team whose feed this is; undefined for other names. */
const teamOf = (feedId: string): string | undefined => (feedId.startsWith("team:") ? feedId.slice(5) : undefined)

const filters = (sql: postgres.Sql, { after, before, type, task }: FeedRangeOptions) => sql`
  ${after === undefined ? sql`` : sql`AND seq > ${seqText(after)}`}
  ${before === undefined ? sql`` : sql`AND seq < ${seqText(before)}`}
  ${type === undefined ? sql`` : sql`AND type = ${type}`}
  ${task === undefined ? sql`` : sql`AND task_id = ${task}`}`

/** Where a feed stands. */
export const feedHead = async (sql: postgres.Sql, feedId: string): Promise<FeedHead> => {
  const rows = await all(sql<FeedHead[]>`SELECT seq, position FROM rm.feed_head WHERE feed_id = ${feedId}`)
  const row = rows[0]
  return row === undefined ? { seq: 0, position: START } : { seq: row.seq, position: row.position }
}

/** Events of a feed after `after` up to and with `upTo`, by rising seq: for folds, whoever asks. */
export const feedAfter = async (
  sql: postgres.Sql,
  feedId: string,
  { after, upTo, limit }: { readonly after: number; readonly upTo: number; readonly limit: number },
): Promise<readonly FeedEvent[]> =>
  feedEvents(
    await all(sql<Row[]>`
      SELECT seq, event FROM rm.feed
      WHERE feed_id = ${feedId} AND seq > ${seqText(after)} AND seq <= ${seqText(upTo)}
      ORDER BY seq LIMIT ${limit}`),
  )

export const feedRepository = (reading: Reading): ReadModels["feed"] => ({
  head: async (feedId) => {
    if (!isFindable(feedId)) return { seq: 0, position: START }
    return reading((sql) => feedHead(sql, feedId))
  },
  range: async (subject, feedId, options) => {
    const teamId = teamOf(feedId)
    const visible = visibleTo(subject, "history.read")
    const texts = [feedId, options.type ?? "", options.task ?? ""]
    if (visible === undefined || teamId === undefined || !isFindable(...texts)) return []
    return reading(async (sql) => {
      const isForward = options.after !== undefined
      const rows = await all(sql<Row[]>`
        SELECT seq, event FROM rm.feed
        WHERE feed_id = ${feedId}
          AND EXISTS (SELECT 1 FROM rm.team WHERE team_id = ${teamId} AND ${visibleRows(sql, visible)})
          ${filters(sql, options)}
        ORDER BY seq ${isForward ? sql`ASC` : sql`DESC`} LIMIT ${clampLimit(options.limit, RANGE_MAX_EVENTS)}`)
      return feedEvents(isForward ? rows : rows.toReversed())
    })
  },
})
