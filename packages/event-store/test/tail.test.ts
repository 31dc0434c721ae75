import { silentSink } from "#src/log-sink.ts"
import { subscribeByReading } from "#src/subscription.ts"
import { makeTail, type Page } from "#src/tail.ts"
import { newEvent, newStream } from "@muster/event-store/testing"
import { comparePositions, Position, START, type RecordedEvent } from "@muster/domain"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"

const CHARS = 10

/** A log in memory whose positions leave gaps, and how often it was read. */
const makeLog = () => {
  const events: RecordedEvent[] = []
  const asked: string[] = []
  return {
    events,
    asked,
    append: (count: number): void => {
      for (let index = 0; index < count; index += 1)
        events.push({
          ...newEvent(),
          stream: newStream(),
          revision: 1,
          position: Position.make(String((events.length + 1) * 7)),
          at: "2026-01-01T00:00:00.000Z",
        })
    },
    read: async ({ after, limit }: { after: Position; limit: number }): Promise<Page> => {
      asked.push(after)
      await new Promise((resolve) => setImmediate(resolve))
      const found = events.filter((event) => comparePositions(event.position, after) > 0).slice(0, limit)
      return { events: found, chars: found.length * CHARS }
    },
  }
}
const positionsOf = (events: readonly RecordedEvent[]) => events.map((event) => event.position)

describe("the tail of the log", () => {
  test("gives every subscriber every event once and in order, whatever is appended when and however small the memory is", async () => {
    const subscribers = fc.array(fc.record({ batchSize: fc.integer({ min: 1, max: 9 }), from: fc.nat({ max: 15 }) }), {
      minLength: 1,
      maxLength: 5,
    })
    const appends = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 12 })
    const bounds = fc.record({ maxEvents: fc.integer({ min: 0, max: 20 }), maxChars: fc.integer({ min: 0, max: 300 }) })
    await fc.assert(
      fc.asyncProperty(subscribers, appends, bounds, async (plans, counts, { maxEvents, maxChars }) => {
        const log = makeLog()
        log.append(15)
        const total = counts.reduce((sum, count) => sum + count, 15)
        const tail = makeTail({ read: log.read, maxEvents, maxChars })
        const follow = async (batchSize: number, after: Position): Promise<string[]> => {
          const stop = new AbortController()
          const seen: string[] = []
          const waitBeyond = () => new Promise<void>((resolve) => setImmediate(resolve))
          const source = { readAll: tail.readAll, waitBeyond, log: silentSink }
          for await (const batch of subscribeByReading(source, { after, batchSize, signal: stop.signal })) {
            expect(batch.length).toBeLessThanOrEqual(batchSize)
            seen.push(...positionsOf(batch))
            if (comparePositions(seen.at(-1) ?? "0", String(total * 7)) >= 0) stop.abort()
          }
          return seen
        }
        const following = plans.map(({ batchSize, from }) => follow(batchSize, Position.make(String(from * 7))))
        for (const count of counts) {
          await new Promise((resolve) => setImmediate(resolve))
          log.append(count)
        }
        const all = positionsOf(log.events)
        for (const [index, seen] of (await Promise.all(following)).entries())
          expect(seen).toEqual(all.slice(plans[index]?.from))
      }),
      { numRuns: 150 },
    )
  })

  test("reads once for all that ask at the same time, and not at all for those that come a little later", async () => {
    const log = makeLog()
    log.append(5)
    const tail = makeTail({ read: log.read })
    const read = (limit = 100) => tail.readAll({ after: START, limit })
    const [one, two, fewer] = await Promise.all([read(), read(), read(2)])
    expect([one, two, fewer]).toEqual([log.events, log.events, log.events.slice(0, 2)])
    expect(await read()).toEqual(log.events)
    expect(await tail.readAll({ after: Position.make("14"), limit: 100 })).toEqual(log.events.slice(2))
    expect(log.asked).toEqual(["0"])
  })

  test("gives whoever asks for more than is being read the whole of it: a short answer would mean the end of the log", async () => {
    const log = makeLog()
    log.append(5)
    const tail = makeTail({ read: log.read })
    const [few, all] = await Promise.all([
      tail.readAll({ after: START, limit: 2 }),
      tail.readAll({ after: START, limit: 100 }),
    ])
    expect([few, all]).toEqual([log.events.slice(0, 2), log.events])
    const later = makeTail({ read: log.read })
    await later.readAll({ after: START, limit: 2 })
    expect(await later.readAll({ after: START, limit: 100 })).toEqual(log.events)
  })

  test("asks the log again at its own end, and grows by what it hears", async () => {
    const log = makeLog()
    log.append(3)
    const tail = makeTail({ read: log.read })
    await tail.readAll({ after: START, limit: 100 })
    log.append(2)
    expect(await tail.readAll({ after: Position.make("21"), limit: 100 })).toEqual(log.events.slice(3))
    expect(await tail.readAll({ after: START, limit: 100 })).toEqual(log.events)
    expect(log.asked).toEqual(["0", "21"])
  })

  test("is not given up for somebody who is far behind", async () => {
    const log = makeLog()
    log.append(9)
    const tail = makeTail({ read: log.read, maxEvents: 4 })
    const near = () => tail.readAll({ after: Position.make("42"), limit: 100 })
    await near()
    await tail.readAll({ after: START, limit: 2 })
    expect(await near()).toEqual(log.events.slice(6))
    expect(log.asked).toEqual(["42", "0"])
  })

  test("takes what is added at its end without asking the log, and nothing that leaves a gap", async () => {
    const log = makeLog()
    log.append(2)
    const tail = makeTail({ read: log.read })
    const added = (from: number) => () => ({ events: log.events.slice(from), chars: CHARS })
    log.append(1)
    tail.add(Position.make("14"), added(2))
    await tail.readAll({ after: START, limit: 100 })
    log.append(2)
    tail.add(Position.make("21"), added(3))
    expect(await tail.readAll({ after: Position.make("21"), limit: 100 })).toEqual(log.events.slice(3))
    expect(log.asked).toEqual(["0"])
    log.append(2)
    tail.add(Position.make("42"), added(6))
    expect(await tail.readAll({ after: Position.make("35"), limit: 100 })).toEqual(log.events.slice(5))
    expect(log.asked).toEqual(["0", "35"])
  })

  test("keeps no more than it may, by number and by size, and forgets the oldest first", async () => {
    for (const bounds of [{ maxEvents: 4 }, { maxChars: 4 * CHARS }]) {
      const log = makeLog()
      log.append(6)
      const tail = makeTail({ read: log.read, ...bounds })
      for (const after of ["0", "14", "28"]) await tail.readAll({ after: Position.make(after), limit: 2 })
      await tail.readAll({ after: Position.make("42"), limit: 2 })
      expect(log.asked).toEqual(["0", "14", "28", "42"])
      await tail.readAll({ after: Position.make("14"), limit: 2 })
      expect(log.asked).toHaveLength(4)
      await tail.readAll({ after: START, limit: 2 })
      expect(log.asked).toHaveLength(5)
    }
  })

  test("hands a failure to all that waited for the same read, and asks anew for the next", async () => {
    const log = makeLog()
    log.append(1)
    let isBroken = true
    const tail = makeTail({
      read: (options) => (isBroken ? Promise.reject(new Error("broken")) : log.read(options)),
    })
    const read = () => tail.readAll({ after: START, limit: 10 })
    const results = await Promise.allSettled([read(), read()])
    expect(results.map((result) => result.status)).toEqual(["rejected", "rejected"])
    isBroken = false
    expect(await read()).toEqual(log.events)
  })
})
