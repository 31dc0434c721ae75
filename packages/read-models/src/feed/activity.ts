import { all, type Reading } from "#src/database.ts"
import { feedHead, teamOf } from "#src/feed/rows.ts"
import { ACTIVITY_FEEDS_KEPT, ACTIVITY_PAGE_EVENTS } from "#src/limits.ts"
import type { ReadModels } from "#src/port.ts"
import { isFindable } from "#src/rows.ts"
import { visibleRows, visibleTo } from "#src/visibility.ts"
import { ACTIVITY_MAX_BUCKETS, type ActivityBucket } from "@muster/contracts"
import { ASK_TYPES, FAILURE_TYPES } from "@muster/projections"
import type postgres from "postgres"

/** Events per stretch, a power of two: as a feed grows, two stretches become one and nothing is counted again. */
export const bucketSize = (head: number): number => {
  let size = 1
  while (Math.ceil(head / size) > ACTIVITY_MAX_BUCKETS) size *= 2
  return size
}

const joined = (a: ActivityBucket, b: ActivityBucket): ActivityBucket => ({
  first: a.first,
  last: b.last,
  firstAt: a.firstAt,
  lastAt: b.lastAt,
  failures: a.failures + b.failures,
  asks: a.asks + b.asks,
  human: a.human + b.human,
  idleMillis: Math.max(a.idleMillis, b.idleMillis),
})

/** The same stretches in another size, which is a multiple of theirs. */
export const coarser = (items: readonly ActivityBucket[], size: number): readonly ActivityBucket[] => {
  const found = new Map<number, ActivityBucket>()
  for (const item of items) {
    const at = Math.floor((item.first - 1) / size)
    const before = found.get(at)
    found.set(at, before === undefined ? item : joined(before, item))
  }
  return [...found.values()]
}

const countedIn = async (
  sql: postgres.Sql,
  feedId: string,
  { teamId, above, upTo, size }: { teamId: string; above: number; upTo: number; size: number },
): Promise<readonly ActivityBucket[]> =>
  all(sql<ActivityBucket[]>`
    SELECT min(x.seq) AS first, max(x.seq) AS last,
      to_char(min(x.at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "firstAt",
      to_char(max(x.at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "lastAt",
      count(*) FILTER (WHERE x.type IN ${sql([...FAILURE_TYPES])})::int AS failures,
      count(*) FILTER (WHERE x.type IN ${sql([...ASK_TYPES])})::int AS asks,
      count(*) FILTER (WHERE x.actor = 'person')::int AS human,
      greatest(0, coalesce(round(extract(epoch FROM max(x.idle)) * 1000), 0))::float8 AS "idleMillis"
    FROM (
      SELECT f.seq, e.at, e.type, e.meta->'actor'->>'kind' AS actor, e.at - lag(e.at) OVER (ORDER BY f.seq) AS idle
      FROM rm.feed f JOIN es.events e ON e.position = f.position AND e.meta->>'team' = ${teamId}
      WHERE f.feed_id = ${feedId} AND f.seq >= ${above} AND f.seq <= ${upTo}
    ) x
    WHERE x.seq > ${above}
    GROUP BY (x.seq - 1) / ${size}::int ORDER BY 1`)

interface Remembered {
  readonly size: number
  /** Up to the last stretch that is full: what is in them never changes. */
  readonly full: readonly ActivityBucket[]
}

/** What is remembered goes by the generation of the log: one that was restored from a copy may tell another history. */
const nameOf = (feedId: string, generation: string) => `${feedId} ${generation}`

export const activityOf = (reading: Reading): ReadModels["feed"]["activity"] => {
  const memory = new Map<string, Remembered>()
  const remember = (name: string, value: Remembered): void => {
    memory.delete(name)
    memory.set(name, value)
    const oldest = memory.keys().next()
    if (memory.size > ACTIVITY_FEEDS_KEPT && oldest.done === false) memory.delete(oldest.value)
  }
  return async (subject, feedId) => {
    const teamId = teamOf(feedId)
    const visible = visibleTo(subject, "history.read")
    if (visible === undefined || teamId === undefined || !isFindable(feedId)) return { head: 0, items: [] }
    return reading(async (sql) => {
      const teams = await all(sql<{ generation: string }[]>`
        SELECT c.generation FROM rm.team t, rm.checkpoint c
        WHERE t.team_id = ${teamId} AND ${visibleRows(sql, visible)} LIMIT 1`)
      const [team] = teams
      const { seq: head } = await feedHead(sql, feedId)
      if (team === undefined || head === 0) return { head: 0, items: [] }
      const size = bucketSize(head)
      const name = nameOf(feedId, team.generation)
      const known = memory.get(name)
      const isUsable = known !== undefined && (known.full.at(-1)?.last ?? 0) <= head
      const items = [...(isUsable ? coarser(known.full, size) : [])]
      // A stretch that grew with the size may not be full any more: it is counted anew.
      while ((items.at(-1)?.last ?? 0) % size !== 0) items.pop()
      for (let above = items.at(-1)?.last ?? 0; above < head; above += ACTIVITY_PAGE_EVENTS) {
        const upTo = Math.min(head, above + ACTIVITY_PAGE_EVENTS)
        items.push(...(await countedIn(sql, feedId, { teamId, above, upTo, size })))
      }
      const whole = coarser(items, size)
      remember(name, { size, full: whole.filter(({ last }) => last % size === 0) })
      return { head, items: whole }
    })
  }
}
