import type { FeedEvent, HistoryQuery } from "@muster/contracts"
import { RELATED_SHOWN, RELATED_WITHIN_EVENTS } from "#src/limits.ts"

/** A bounded look into a history from an event on, in one direction. */
export type Look = (
  from: number,
  direction: 1 | -1,
  query: HistoryQuery,
  bounds: { readonly limit: number; readonly within: number },
) => Promise<ReadonlyArray<FeedEvent>>

/** Everything near an event that may be its cause or an effect: of the same work, and of the same task. */
export async function nearEvents(event: FeedEvent, look: Look): Promise<ReadonlyArray<FeedEvent>> {
  const bounds = { limit: RELATED_SHOWN, within: RELATED_WITHIN_EVENTS }
  const one = { limit: 1, within: RELATED_WITHIN_EVENTS }
  const { correlationId: correlation } = event.meta
  const task = event.stream.startsWith("task-") ? event.stream.slice("task-".length) : undefined
  const directions = [-1, 1] as const
  const found = await Promise.all([
    ...directions.map((direction) => look(event.seq, direction, { correlation }, bounds)),
    ...(task === undefined ? [] : directions.map((direction) => look(event.seq, direction, { task }, one))),
  ])
  return found.flat()
}
