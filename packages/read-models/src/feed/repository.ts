import { all, type Reading } from "#src/database.ts"
import { eventsOf } from "#src/feed/events.ts"
import { RANGE_MAX_EVENTS } from "#src/limits.ts"
import type { FeedHead, FeedRangeOptions, ReadModels } from "#src/port.ts"
import { clampLimit, isFindable } from "#src/rows.ts"
import { visibleRows, visibleTo } from "#src/visibility.ts"
import type { FeedEvent } from "@muster/contracts"
import { START, streams } from "@muster/domain"
import type postgres from "postgres"

const MAX_SEQ = 2 ** 31 - 1
const seqText = (seq: number): number => Math.min(Math.max(Math.trunc(seq), 0), MAX_SEQ)

/** The team whose feed this is; undefined for other names. */
const teamOf = (feedId: string): string | undefined => (feedId.startsWith("team:") ? feedId.slice(5) : undefined)

const between = (sql: postgres.Sql, { after, before }: FeedRangeOptions) => sql`
  ${after === undefined ? sql`` : sql`AND f.seq > ${seqText(after)}`}
  ${before === undefined ? sql`` : sql`AND f.seq < ${seqText(before)}`}`

/**
 * The rows of a feed, a task's or all, as relation with `seq` and `position`. A task's are found by its stream in the log: each of
 * its events is looked for in the feed by halving, and only what is in the feed counts.
 */
const rowsOf = (sql: postgres.Sql, feedId: string, task: string | undefined) =>
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

/** The driver decodes column by column, and each costs it more than a part of one text: the numbers and the JSON come as one list in JSON. */
interface FoldedRow extends Pick<FeedEvent, "id" | "stream" | "type" | "at"> {
  readonly rest: string
}
type Rest = readonly [
  seq: FeedEvent["seq"],
  position: FeedEvent["position"],
  revision: FeedEvent["revision"],
  schema: FeedEvent["schema"],
  data: FeedEvent["data"],
  meta: FeedEvent["meta"],
]

/** Events of a feed after `after` up to and with `upTo`, by rising seq: for folds, whoever asks. */
export const feedAfter = async (
  sql: postgres.Sql,
  feedId: string,
  { after, upTo, limit }: { readonly after: number; readonly upTo: number; readonly limit: number },
): Promise<readonly FeedEvent[]> => {
  const teamId = teamOf(feedId)
  if (teamId === undefined) return []
  const rows = await all(sql<FoldedRow[]>`
    SELECT e.id, e.stream, e.type, e.at,
      concat('[', f.seq, ',"', e.position, '",', e.revision, ',', e.schema, ',', e.data, ',', e.meta, ']') AS rest
    FROM (
      SELECT seq, position FROM rm.feed
      WHERE feed_id = ${feedId} AND seq > ${seqText(after)} AND seq <= ${seqText(upTo)}
      ORDER BY seq LIMIT ${limit}
    ) f CROSS JOIN LATERAL ${eventsOf(sql, teamId)} e
    ORDER BY f.seq`)
  return rows.map(({ id, stream, type, at, rest }) => {
    const [seq, position, revision, schema, data, meta] = JSON.parse(rest) as Rest
    return { seq, position, id, stream, revision, type, schema, data, meta, at }
  })
}

export const feedRepository = (reading: Reading): ReadModels["feed"] => ({
  head: async (feedId) => {
    if (!isFindable(feedId)) return { seq: 0, position: START }
    return reading((sql) => feedHead(sql, feedId))
  },
  range: async (subject, feedId, options) => {
    const teamId = teamOf(feedId)
    const visible = visibleTo(subject, "history.read")
    const { type, task } = options
    if (visible === undefined || teamId === undefined || !isFindable(feedId, type ?? "", task ?? "")) return []
    return reading(async (sql) => {
      const isForward = options.after !== undefined
      const rows = await all(sql<FeedEvent[]>`
        SELECT f.seq, e.* FROM ${rowsOf(sql, feedId, task)} f CROSS JOIN LATERAL ${eventsOf(sql, teamId, type)} e
        WHERE EXISTS (SELECT 1 FROM rm.team WHERE team_id = ${teamId} AND ${visibleRows(sql, visible)})
          ${between(sql, options)}
        ORDER BY f.seq ${isForward ? sql`ASC` : sql`DESC`} LIMIT ${clampLimit(options.limit, RANGE_MAX_EVENTS)}`)
      return isForward ? rows : rows.toReversed()
    })
  },
})
