import type { FeedEvent, HistoryQuery } from "@muster/contracts"
import { HISTORY_SEARCH_MAX_EVENTS, PAGE_MAX, TAPE_CHUNK_EVENTS } from "@muster/contracts"
import { emptyTeamView, foldTeamView } from "@muster/projections"
import { activityIn } from "#src/pages/replay-file/port.ts"
import { given, meets } from "#src/team/history/query.ts"

const FILTERS = ["q", "types", "signal", "importance", "actor", "task", "correlation", "from", "to"] as const

/** A search of the history, bounded as the server bounds it. */
export function searchIn(events: ReadonlyArray<FeedEvent>, asked: URLSearchParams): unknown {
  const text = (name: string) => asked.get(name) ?? undefined
  const number = (name: string) => (asked.has(name) ? Number(asked.get(name)) : undefined)
  const query = given(Object.fromEntries(FILTERS.map((name) => [name, text(name)]))) as HistoryQuery
  const { after, at } = { after: number("after"), at: number("at") }
  const upTo = at === undefined ? events.length : events.filter((event) => Number(event.position) <= at).length
  const below = Math.min(number("before") ?? events.length + 1, upTo + 1)
  const within = number("within") ?? HISTORY_SEARCH_MAX_EVENTS
  const limit = number("limit") ?? PAGE_MAX
  const whole = events.slice(after ?? 0, below - 1)
  const looked = after === undefined ? whole.toReversed().slice(0, within) : whole.slice(0, within)
  const items = looked.filter((event) => meets(event, query)).slice(0, limit)
  const last = items.length === limit ? items.at(-1) : looked.at(-1)
  const isEnd = items.length < limit && looked.length === whole.length
  return { items, head: events.length, reached: last?.seq ?? 0, isEnd }
}

export const activityOf = (events: ReadonlyArray<FeedEvent>): unknown => ({
  head: events.length,
  items: activityIn(events),
})

/** A piece of the history with the team before it. */
export function tapeOf(events: ReadonlyArray<FeedEvent>, asked: URLSearchParams): unknown {
  const position = asked.get("at") ?? String(Number.MAX_SAFE_INTEGER)
  const last = events.findLast((event) => Number(event.position) <= Number(position))
  const seq = asked.has("seq") ? Number(asked.get("seq")) : (last?.seq ?? 0)
  const after = Math.floor((Math.max(1, seq) - 1) / TAPE_CHUNK_EVENTS) * TAPE_CHUNK_EVENTS
  const base = foldTeamView(emptyTeamView(), events.slice(0, after))
  return { seq, base, events: events.slice(after, after + TAPE_CHUNK_EVENTS), head: events.length }
}
