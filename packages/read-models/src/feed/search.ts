import { all, type Reading } from "#src/database.ts"
import { eventsOf, type Fragment } from "#src/feed/events.ts"
import { feedHead, rowsOf, teamOf } from "#src/feed/rows.ts"
import { SEARCH_MAX_EVENTS, TIME_PROBES } from "#src/limits.ts"
import type { FeedSearch, FeedSearchOptions, ReadModels } from "#src/port.ts"
import { clampLimit, columnSeq, isFindable } from "#src/rows.ts"
import { visibleRows, visibleTo } from "#src/visibility.ts"
import type { FeedEvent } from "@muster/contracts"
import { ASK_TYPES, DETAIL_TYPES, FAILURE_TYPES, KEY_TYPES } from "@muster/projections"
import type postgres from "postgres"

/** Conditions on an event `e` of the log. */
const conditionsOf = (sql: postgres.Sql, options: FeedSearchOptions): Fragment => {
  const { q, types, signal, importance, actor, correlation } = options
  const given: readonly (Fragment | undefined)[] = [
    types && (types.length === 0 ? sql`AND false` : sql`AND e.type IN ${sql([...types])}`),
    signal === "failure" ? sql`AND e.type IN ${sql([...FAILURE_TYPES])}` : undefined,
    signal === "ask" ? sql`AND e.type IN ${sql([...ASK_TYPES])}` : undefined,
    signal === "human" ? sql`AND e.meta->'actor'->>'kind' = 'person'` : undefined,
    importance === "key" ? sql`AND e.type IN ${sql([...KEY_TYPES])}` : undefined,
    importance === "normal" ? sql`AND e.type NOT IN ${sql([...DETAIL_TYPES])}` : undefined,
    actor === undefined ? undefined : sql`AND e.meta->'actor'->>'id' = ${actor}`,
    correlation === undefined ? undefined : sql`AND e.meta->>'correlationId' = ${correlation}`,
    q === undefined || q === "" ? undefined : holds(sql, q),
  ]
  return given.reduce<Fragment>((all, one) => (one === undefined ? all : sql`${all} ${one}`), sql``)
}

/** The words as JSON text writes them. What the server's locale cannot fold is found as it was typed. */
const holds = (sql: postgres.Sql, q: string): Fragment => {
  const written = JSON.stringify(q).slice(1, -1)
  return sql`AND (strpos(lower(e.data::text), ${written.toLowerCase()}) > 0 OR strpos(e.data::text, ${written}) > 0)`
}

/** How many events of a feed were before an instant. Times rise with the positions, so comparing a few at a time finds it. */
const eventsBefore = async (sql: postgres.Sql, feedId: string, head: number, instant: string): Promise<number> => {
  let low = 0
  let high = head
  while (low < high) {
    const step = Math.ceil((high - low) / TIME_PROBES)
    const probes: number[] = []
    for (let seq = low + step; seq < high; seq += step) probes.push(seq)
    probes.push(high)
    const rows = await all(sql<{ seq: number; is_before: boolean }[]>`
      SELECT f.seq, e.at < ${instant}::text::timestamptz AS is_before
      FROM json_array_elements_text(${JSON.stringify(probes)}::text::json) AS p
      JOIN rm.feed f ON f.feed_id = ${feedId} AND f.seq = p::int
      JOIN es.events e ON e.position = f.position
      ORDER BY f.seq`)
    const next = rows.find((row) => !row.is_before)
    low = rows.findLast((row) => row.is_before && (next === undefined || row.seq < next.seq))?.seq ?? low
    if (next === undefined) return rows.length === 0 ? low : high
    high = next.seq - 1
  }
  return low
}

interface Stretch {
  /** Exclusive bounds, in the feed's numbers. */
  readonly above: number
  readonly below: number
}

const stretchOf = async (
  sql: postgres.Sql,
  feedId: string,
  head: number,
  { after = 0, before = head + 1, from, to }: FeedSearchOptions,
): Promise<Stretch> => {
  const above = from === undefined ? after : Math.max(after, await eventsBefore(sql, feedId, head, from))
  const below = to === undefined ? before : Math.min(before, (await eventsBefore(sql, feedId, head, to)) + 1)
  return { above: columnSeq(above), below: Math.min(columnSeq(below), head + 1) }
}

const nothing: FeedSearch = { items: [], head: 0, reached: 0, isEnd: true }

export const searchFeed =
  (reading: Reading): ReadModels["feed"]["search"] =>
  async (subject, feedId, options) => {
    const teamId = teamOf(feedId)
    const visible = visibleTo(subject, "history.read")
    const { q = "", actor = "", task, correlation = "", types = [] } = options
    const texts = [feedId, q, actor, task ?? "", correlation, ...types]
    if (visible === undefined || teamId === undefined || !isFindable(...texts)) return nothing
    return reading(async (sql) => {
      const teams = await all(sql`SELECT 1 FROM rm.team WHERE team_id = ${teamId} AND ${visibleRows(sql, visible)}`)
      if (teams.length === 0) return nothing
      const { seq: head } = await feedHead(sql, feedId)
      const isForward = options.after !== undefined
      const whole = await stretchOf(sql, feedId, head, options)
      // The events of one task are found by its stream: there are few, and none between them is looked at.
      const within = task === undefined ? clampLimit(options.within ?? SEARCH_MAX_EVENTS, SEARCH_MAX_EVENTS) : head
      const { above, below } = isForward
        ? { above: whole.above, below: Math.min(whole.below, whole.above + within + 1) }
        : { above: Math.max(whole.above, whole.below - within - 1), below: whole.below }
      const limit = clampLimit(options.limit)
      const items = await all(sql<FeedEvent[]>`
        SELECT f.seq, e.* FROM ${rowsOf(sql, feedId, task)} f
        CROSS JOIN LATERAL ${eventsOf(sql, teamId, conditionsOf(sql, options))} e
        WHERE f.seq > ${above} AND f.seq < ${below}
        ORDER BY f.seq ${isForward ? sql`ASC` : sql`DESC`} LIMIT ${limit}`)
      const last = items.length === limit ? items.at(-1)?.seq : undefined
      if (last !== undefined) return { items, head, reached: last, isEnd: false }
      return isForward
        ? { items, head, reached: Math.max(above, below - 1), isEnd: below >= whole.below }
        : { items, head, reached: Math.min(below, above + 1), isEnd: above <= whole.above }
    })
  }
