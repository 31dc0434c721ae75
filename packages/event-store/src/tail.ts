import { TAIL_MAX_CHARS, TAIL_MAX_EVENTS } from "#src/limits.ts"
import type { ReadAllOptions } from "#src/port.ts"
import { comparePositions, type Position, type RecordedEvent } from "@muster/domain"

/** What one read of the log found. */
export interface Page {
  readonly events: readonly RecordedEvent[]
  /** Length of their JSON: what they take in memory, roughly. */
  readonly chars: number
}

export interface TailOptions {
  /** Reads the log itself. */
  readonly read: (options: ReadAllOptions) => Promise<Page>
  /** For tests. */
  readonly maxEvents?: number
  readonly maxChars?: number
}

/** A stretch of the log: all events there are after `after`, up to `last`. */
interface Stretch extends Page {
  readonly after: Position
  readonly last: Position
}

interface Reading {
  readonly limit: number
  readonly events: Promise<readonly RecordedEvent[]>
}

/** The index of the first event after a position. */
const indexAfter = (events: readonly RecordedEvent[], position: Position): number => {
  let low = 0
  let high = events.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const event = events[middle]
    if (event !== undefined && comparePositions(event.position, position) <= 0) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * The newest events of the log in memory, so that many subscribers of one process cost one read: the first that asks reads,
 * those that ask meanwhile wait for the same answer, and those that come a little later find it here. What this process appends
 * itself comes here without a read, unless somebody else's events stand between. The log is only ever
 * appended to and read without gaps, so stretches that meet are one stretch, and nothing in them can become wrong. Whoever is
 * further behind reads the log itself.
 */
export const makeTail = ({ read, maxEvents = TAIL_MAX_EVENTS, maxChars = TAIL_MAX_CHARS }: TailOptions) => {
  /** Each begins where the one before ends. */
  let stretches: Stretch[] = []
  /** Whether the last read found the end of the log. */
  let reachedHead = false
  let events = 0
  let chars = 0
  const readings = new Map<Position, Reading>()

  const remember = (after: Position, page: Page, limit: number): void => {
    const last = page.events.at(-1)?.position
    const end = stretches.at(-1)?.last
    const isNext = end === after
    if (last === undefined) {
      if (isNext) reachedHead = true
      return
    }
    // What is further behind than the tail is not worth a place in it; what is ahead of it begins a new one.
    if (!isNext && end !== undefined && comparePositions(after, end) < 0) return
    if (!isNext) {
      stretches = []
      events = chars = 0
    }
    stretches.push({ ...page, after, last })
    events += page.events.length
    chars += page.chars
    reachedHead = page.events.length < limit
    while (events > maxEvents || chars > maxChars) {
      const oldest = stretches.shift()
      if (oldest === undefined) return
      events -= oldest.events.length
      chars -= oldest.chars
    }
  }

  /** At most `limit` events after a position from memory; undefined when the log has to be asked. */
  const recall = ({ after, limit }: ReadAllOptions): readonly RecordedEvent[] | undefined => {
    let index = stretches.length - 1
    while (index >= 0 && comparePositions(stretches[index]?.after ?? after, after) > 0) index -= 1
    const first = stretches[index]
    if (first === undefined || comparePositions(first.last, after) <= 0) return undefined
    const found = first.events.slice(indexAfter(first.events, after))
    for (let next = index + 1; found.length < limit && next < stretches.length; next += 1)
      found.push(...(stretches[next]?.events ?? []))
    if (found.length < limit && !reachedHead) return undefined
    return found.length > limit ? found.slice(0, limit) : found
  }

  const ask = async (options: ReadAllOptions): Promise<readonly RecordedEvent[]> => {
    const page = await read(options)
    remember(options.after, page, options.limit)
    return page.events
  }

  return {
    /** Takes what was just added to the log after a position, if that is where the tail ends and somebody follows it. */
    add: (after: Position, page: () => Page): void => {
      if (stretches.at(-1)?.last === after) remember(after, page(), Number.POSITIVE_INFINITY)
    },
    /** As `readAll` of the port, but an answer may be as old as the last read: subscribers ask again when they hear of more. */
    readAll: (options: ReadAllOptions): Promise<readonly RecordedEvent[]> => {
      const recalled = recall(options)
      if (recalled !== undefined) return Promise.resolve(recalled)
      const { after, limit } = options
      const under = readings.get(after)
      if (under !== undefined && under.limit >= limit)
        return under.events.then((found) => (found.length > limit ? found.slice(0, limit) : found))
      const reading: Reading = { limit, events: ask(options) }
      readings.set(after, reading)
      const forget = (): void => {
        if (readings.get(after) === reading) readings.delete(after)
      }
      reading.events.then(forget, forget)
      return reading.events
    },
  }
}
