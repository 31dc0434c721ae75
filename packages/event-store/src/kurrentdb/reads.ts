import { LogUnavailable } from "#src/errors.ts"
import { collect } from "#src/kurrentdb/collect.ts"
import { foundOf, isLogStream, MAX_POSITION, rawPositionOf } from "#src/kurrentdb/events.ts"
import { faultOf } from "#src/kurrentdb/faults.ts"
import { currentGeneration } from "#src/kurrentdb/generation.ts"
import type { Sessions } from "#src/kurrentdb/sessions.ts"
import {
  KURRENT_PAGE_EVENTS,
  KURRENT_STREAM_READS_IN_FLIGHT,
  READ_DEADLINE_MILLIS,
  READ_LIMIT_EVENTS,
  RETRY,
} from "#src/limits.ts"
import type { ReadAllOptions, ReadStreamOptions } from "#src/port.ts"
import type { Page } from "#src/tail.ts"
import { type AllStreamResolvedEvent, BACKWARDS, END, type EventStoreDBClient, START } from "@eventstore/db-client"
import { comparePositions, type Position, type RecordedEvent, START as LOG_START } from "@muster/domain"
import { backoffMillis, pause } from "@muster/platform"

const MAX_REVISION = 2 ** 31 - 1

const clampLimit = (limit: number): number => Math.min(Math.max(Math.trunc(limit), 0), READ_LIMIT_EVENTS)

/** Names that no stream of the log has are not asked for. */
const canExist = (stream: string): boolean =>
  stream !== "" && isLogStream(stream) && !stream.includes("\0") && stream.isWellFormed()

const placeOf = (position: Position) => ({ commit: BigInt(position), prepare: BigInt(position) })

/** All reads, each tried again over broken connections until its deadline, then rejected with `LogUnavailable`. */
export const makeReads = (sessions: Sessions, closing: AbortSignal, deadlineMillis = READ_DEADLINE_MILLIS) => {
  /** The newest event of the log that was seen: a search for the head need not go behind it. */
  let newestSeen: Position = LOG_START
  /** Behind the event at `after` there are only records of others up to `upTo`: whoever waits there need not read them again. */
  let passed = { after: LOG_START, upTo: LOG_START }

  const reading = async <A>(read: (client: EventStoreDBClient) => Promise<A>): Promise<A> => {
    const deadlineAt = performance.now() + deadlineMillis
    for (let failures = 0; ; failures += 1) {
      try {
        return await sessions.use(read)
      } catch (error) {
        const fault = faultOf(error)
        if (fault.kind !== "lost" || closing.aborted || performance.now() >= deadlineAt)
          throw new LogUnavailable({ cause: fault })
      }
      await pause(backoffMillis(RETRY, failures), closing)
    }
  }

  /** At most `count` records of the whole server from a position on, that of the position itself included. */
  const forwards = (from: Position, count: number): Promise<readonly AllStreamResolvedEvent[]> =>
    reading((client) => {
      const fromPosition = from === LOG_START ? START : placeOf(from)
      return collect(client.readAll({ fromPosition, maxCount: count, requiresLeader: true }), closing)
    })

  const backwards = (from: Position | undefined, count: number): Promise<readonly AllStreamResolvedEvent[]> =>
    reading((client) => {
      const fromPosition = from === undefined ? END : placeOf(from)
      const options = { fromPosition, maxCount: count, direction: BACKWARDS, requiresLeader: true } as const
      return collect(client.readAll(options), closing)
    })

  const all = async ({ after, limit }: ReadAllOptions): Promise<Page> => {
    const wanted = clampLimit(limit)
    const events: RecordedEvent[] = []
    let chars = 0
    if (wanted === 0 || comparePositions(after, MAX_POSITION) >= 0) return { events, chars }
    let cursor = passed.after === after ? passed.upTo : after
    let size = Math.min(KURRENT_PAGE_EVENTS, wanted)
    for (let isMore = true; isMore && events.length < wanted;) {
      // One more: a page begins with the record that the one before ended with.
      const count = size + 1
      const page = await forwards(cursor, count)
      isMore = page.length >= count
      // There are records of others: who knows how many.
      size = KURRENT_PAGE_EVENTS
      for (const record of page) {
        const at = rawPositionOf(record)
        if (comparePositions(at, cursor) <= 0 || events.length >= wanted) continue
        cursor = at
        const found = foundOf(record)
        if (found === undefined) continue
        events.push(found.event)
        chars += JSON.stringify(found.event.data).length + JSON.stringify(found.event.meta).length
      }
    }
    const newest = events.at(-1)
    if (newest === undefined) passed = { after, upTo: cursor }
    else if (comparePositions(newest.position, newestSeen) > 0) newestSeen = newest.position
    return { events, chars }
  }

  const head = async (): Promise<Position> => {
    const seenBefore = newestSeen
    for (let from: Position | undefined; ;) {
      const page = await backwards(from, KURRENT_PAGE_EVENTS)
      for (const record of page) {
        const at = rawPositionOf(record)
        if (comparePositions(at, seenBefore) <= 0) return seenBefore
        if (foundOf(record) === undefined) continue
        if (comparePositions(at, newestSeen) > 0) newestSeen = at
        return at
      }
      const last = page.at(-1)
      if (last === undefined || page.length < KURRENT_PAGE_EVENTS) return LOG_START
      from = rawPositionOf(last)
    }
  }

  const stream = async (
    name: string,
    { after = 0, limit = READ_LIMIT_EVENTS }: ReadStreamOptions = {},
  ): Promise<readonly RecordedEvent[]> => {
    const wanted = clampLimit(limit)
    const events: RecordedEvent[] = []
    if (after >= MAX_REVISION || !canExist(name)) return events
    // The server counts revisions from 0: the one after ours has the number of ours.
    let next = Math.max(0, Math.trunc(after))
    for (let isMore = true; isMore && events.length < wanted;) {
      const count = Math.min(KURRENT_PAGE_EVENTS, wanted - events.length)
      const page = await reading((client) => {
        const options = { fromRevision: BigInt(next), maxCount: count, requiresLeader: true }
        return collect(client.readStream(name, options), closing)
      })
      for (const record of page) {
        const found = foundOf(record)
        if (found !== undefined) events.push(found.event)
      }
      isMore = page.length >= count
      next += page.length
    }
    return events
  }

  const streams = async (names: readonly string[]): Promise<readonly RecordedEvent[]> => {
    const asked = [...new Set(names)]
    const events: RecordedEvent[] = []
    for (let next = 0; next < asked.length && events.length < READ_LIMIT_EVENTS;) {
      const some = asked.slice(next, next + KURRENT_STREAM_READS_IN_FLIGHT)
      next += some.length
      const limit = READ_LIMIT_EVENTS - events.length
      for (const found of await Promise.all(some.map((name) => stream(name, { limit })))) events.push(...found)
    }
    return events.slice(0, READ_LIMIT_EVENTS)
  }

  return {
    all,
    head,
    stream,
    streams,
    generation: (): Promise<string> => reading((client) => currentGeneration(client, closing)),
  }
}
