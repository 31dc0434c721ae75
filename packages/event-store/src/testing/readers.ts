import type { EventStore } from "#src/port.ts"
import type { Position, RecordedEvent } from "@muster/domain"

/** All events after a position, as far as the log reaches now, read in pages. */
export const readToHead = async (store: EventStore, after: Position, page = 500): Promise<RecordedEvent[]> => {
  const events: RecordedEvent[] = []
  for (let cursor = after; ;) {
    const more = await store.readAll({ after: cursor, limit: page })
    const last = more.at(-1)
    if (last === undefined) return events
    events.push(...more)
    cursor = last.position
  }
}

/** Collects a subscription until `isEnough`, then ends it by its signal. */
export const collectUntil = async (
  store: EventStore,
  after: Position,
  isEnough: (events: readonly RecordedEvent[]) => boolean,
  options: { readonly batchSize?: number; readonly onBatch?: (events: readonly RecordedEvent[]) => void } = {},
): Promise<RecordedEvent[]> => {
  const stop = new AbortController()
  const { batchSize, onBatch } = options
  const events: RecordedEvent[] = []
  const batches = store.subscribe({ after, signal: stop.signal, ...(batchSize === undefined ? {} : { batchSize }) })
  for await (const batch of batches) {
    events.push(...batch)
    onBatch?.(batch)
    if (isEnough(events)) stop.abort()
  }
  return events
}
