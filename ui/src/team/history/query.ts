import type { FeedEvent, HistoryQuery } from "@muster/contracts"
import { hasSignal, importanceOf } from "@muster/projections"
import { millisOf } from "#src/lib/time.ts"

/** Whether an event meets every condition, as the server judges it. */
export function meets(event: FeedEvent, query: HistoryQuery): boolean {
  const { q, types, signal, importance, actor, task, correlation, from, to } = query
  return (
    (types === undefined || types.split(",").includes(event.type)) &&
    (signal === undefined || hasSignal(event, signal)) &&
    (importance === undefined || isAtLeast(event.type, importance)) &&
    (actor === undefined || event.meta.actor.id === actor) &&
    (task === undefined || event.stream === `task-${task}`) &&
    (correlation === undefined || event.meta.correlationId === correlation) &&
    (from === undefined || millisOf(event.at) >= millisOf(from)) &&
    (to === undefined || millisOf(event.at) < millisOf(to)) &&
    (q === undefined || holds(event, q))
  )
}

const isAtLeast = (type: string, least: "key" | "normal"): boolean =>
  least === "key" ? importanceOf(type) === "key" : importanceOf(type) !== "detail"

const holds = (event: FeedEvent, q: string): boolean =>
  JSON.stringify(event.data).toLowerCase().includes(JSON.stringify(q).slice(1, -1).toLowerCase())

/** The conditions that are given, without those that are undefined. */
export const given = (query: { readonly [K in keyof HistoryQuery]: HistoryQuery[K] | undefined }): HistoryQuery =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined && value !== "")) as HistoryQuery
