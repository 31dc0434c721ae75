import { all, type Reading } from "#src/database.ts"
import { activityOf } from "#src/feed/activity.ts"
import { eventsOf } from "#src/feed/events.ts"
import { feedHead, feedSeqAt, rowsOf, teamOf } from "#src/feed/rows.ts"
import { searchFeed } from "#src/feed/search.ts"
import { RANGE_MAX_EVENTS } from "#src/limits.ts"
import { needsRange } from "#src/need/feed.ts"
import type { FeedRangeOptions, ReadModels } from "#src/port.ts"
import { clampLimit, columnSeq, isFindable } from "#src/rows.ts"
import { visibleRows, visibleTo } from "#src/visibility.ts"
import type { FeedEvent } from "@muster/contracts"
import { START } from "@muster/domain"
import type postgres from "postgres"

const between = (sql: postgres.Sql, { after, before }: FeedRangeOptions) => sql`
  ${after === undefined ? sql`` : sql`AND f.seq > ${columnSeq(after)}`}
  ${before === undefined ? sql`` : sql`AND f.seq < ${columnSeq(before)}`}`

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
      WHERE feed_id = ${feedId} AND seq > ${columnSeq(after)} AND seq <= ${columnSeq(upTo)}
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
  seqAt: async (feedId, position) => (isFindable(feedId) ? reading((sql) => feedSeqAt(sql, feedId, position)) : 0),
  range: async (subject, feedId, options) => {
    if (feedId.startsWith("needs:")) return needsRange(reading)(subject, feedId, options)
    const teamId = teamOf(feedId)
    const visible = visibleTo(subject, "history.read")
    const { type, task } = options
    if (visible === undefined || teamId === undefined || !isFindable(feedId, type ?? "", task ?? "")) return []
    return reading(async (sql) => {
      const isForward = options.after !== undefined
      const rows = await all(sql<FeedEvent[]>`
        SELECT f.seq, e.* FROM ${rowsOf(sql, feedId, task)} f CROSS JOIN LATERAL ${eventsOf(sql, teamId, type === undefined ? sql`` : sql`AND e.type = ${type}`)} e
        WHERE EXISTS (SELECT 1 FROM rm.team WHERE team_id = ${teamId} AND ${visibleRows(sql, visible)})
          ${between(sql, options)}
        ORDER BY f.seq ${isForward ? sql`ASC` : sql`DESC`} LIMIT ${clampLimit(options.limit, RANGE_MAX_EVENTS)}`)
      return isForward ? rows : rows.toReversed()
    })
  },
  search: searchFeed(reading),
  activity: activityOf(reading),
})
