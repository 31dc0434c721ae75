import type { EncodedRequest } from "#src/encode.ts"
import type { AppendVerdict } from "#src/port.ts"
import { positionAfter } from "#src/postgres/positions.ts"
import type { Page } from "#src/tail.ts"
import type { EventId, EventMeta, Position, RecordedEvent } from "@muster/domain"

/** What a batch has added to the log, directly after a position. Its events are made only for those who want them. */
export interface Added {
  readonly after: Position
  readonly page: () => Page
}

/**
 * The events that a batch has stored, as a read would give them, to the byte: made of the very texts that were sent, so that
 * nobody shares an object with the caller.
 */
export const eventsAdded = (
  requests: readonly EncodedRequest[],
  verdicts: readonly AppendVerdict[],
  at: string,
): RecordedEvent[] => {
  const added: RecordedEvent[] = []
  for (const [index, { stream, events }] of requests.entries()) {
    const verdict = verdicts[index]
    if (verdict?.ok !== true || verdict.alreadyStored === true) continue
    for (const [before, event] of events.entries())
      added.push({
        id: event.id as EventId,
        stream,
        revision: verdict.revision - events.length + before + 1,
        position: positionAfter(verdict.firstPosition, before),
        type: event.type,
        schema: event.schema,
        data: JSON.parse(event.data) as unknown,
        meta: JSON.parse(event.meta) as EventMeta,
        at,
      })
  }
  return added
}

export const charsOf = (requests: readonly EncodedRequest[]): number =>
  requests.reduce((sum, request) => sum + request.bytes, 0)
