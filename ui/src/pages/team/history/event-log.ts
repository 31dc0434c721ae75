import type { FeedEvent } from "@muster/contracts"
import { HISTORY_EVENTS_KEPT } from "#src/limits.ts"

/**
 * The events of the history that the page holds, newest first by place, each once. Kept oldest first in one array, so
 * that what comes live costs its own length, however much is held.
 */
export interface EventLog {
  readonly size: () => number
  /** The newest is at 0. */
  readonly at: (place: number) => FeedEvent | undefined
  /** The place of an event by its feed number; -1 when it is not held. */
  readonly placeOf: (seq: number) => number
  readonly newest: () => FeedEvent | undefined
  readonly oldest: () => FeedEvent | undefined
  /** Takes those in that are newer than what is held; says how many. */
  readonly addNewer: (events: ReadonlyArray<FeedEvent>) => number
  /** Takes those in that are older than what is held; says how many. */
  readonly addOlder: (events: ReadonlyArray<FeedEvent>) => number
  /** Lets go of the oldest beyond the limit; says how many. */
  readonly trim: () => number
  readonly clear: () => void
}

const bySeq = (a: FeedEvent, b: FeedEvent): number => a.seq - b.seq

export function createEventLog(limit: number = HISTORY_EVENTS_KEPT): EventLog {
  let held: Array<FeedEvent> = []
  const at = (place: number) => held[held.length - 1 - place]
  return {
    size: () => held.length,
    at,
    placeOf: (seq) => {
      let low = 0
      let high = held.length - 1
      while (low <= high) {
        const middle = (low + high) >> 1
        const found = held[middle]?.seq ?? 0
        if (found === seq) return held.length - 1 - middle
        if (found < seq) low = middle + 1
        else high = middle - 1
      }
      return -1
    },
    newest: () => at(0),
    oldest: () => held[0],
    addNewer: (events) => {
      const last = at(0)?.seq ?? 0
      const own = events.filter((event) => event.seq > last).toSorted(bySeq)
      for (const event of own) held.push(event)
      return own.length
    },
    addOlder: (events) => {
      const first = held[0]?.seq ?? Number.POSITIVE_INFINITY
      const own = events.filter((event) => event.seq < first).toSorted(bySeq)
      held = [...own, ...held]
      return own.length
    },
    trim: () => {
      const over = Math.max(0, held.length - limit)
      if (over > 0) held = held.slice(over)
      return over
    },
    clear: () => (held = []),
  }
}
