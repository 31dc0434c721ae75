import { LogUnavailable } from "#src/errors.ts"
import { silentSink } from "#src/log-sink.ts"
import { subscribeByReading, type SubscriptionSource } from "#src/subscription.ts"
import { newEvent, newStream } from "@muster/event-store/testing"
import { Position, START, type RecordedEvent } from "@muster/domain"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"

const logOf = (length: number): readonly RecordedEvent[] =>
  Array.from({ length }, (_, index) => ({
    ...newEvent(),
    stream: newStream(),
    revision: 1,
    position: Position.make(String(index + 1)),
    at: "2026-01-01T00:00:00.000Z",
  }))

/** Reads a log in memory; each reading fails as long as `isBroken` says so. */
const sourceOf = (log: readonly RecordedEvent[], isBroken: () => boolean = () => false): SubscriptionSource => ({
  readAll: async ({ after, limit }) => {
    await Promise.resolve()
    if (isBroken()) throw new LogUnavailable({ cause: "broken" })
    return log.slice(Number(after), Number(after) + limit)
  },
  waitBeyond: () => new Promise((resolve) => setImmediate(resolve)),
  log: silentSink,
})

describe("a subscription that fetches ahead", () => {
  test("gives every event once and in order, whatever the size of the pages and whichever readings fail", async () => {
    const failing = fc.infiniteStream(fc.integer({ min: 0, max: 3 }))
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 12 }),
        failing,
        async (length, batchSize, failures) => {
          const log = logOf(length)
          let leftToFail = 2
          const isBroken = () => {
            if (leftToFail === 0 || failures.next().value !== 0) return false
            leftToFail -= 1
            return true
          }
          const stop = new AbortController()
          const seen: RecordedEvent[] = []
          for await (const batch of subscribeByReading(sourceOf(log, isBroken), {
            after: START,
            batchSize,
            signal: stop.signal,
          })) {
            expect(batch.length).toBeGreaterThan(0)
            expect(batch.length).toBeLessThanOrEqual(batchSize)
            seen.push(...batch)
            if (seen.length >= length) stop.abort()
          }
          expect(seen).toEqual(log)
        },
      ),
      { numRuns: 60 },
    )
  })

  test("reads the next page while the caller has this one, and never more than one", async () => {
    const asked: string[] = []
    const source = sourceOf(logOf(10))
    const stop = new AbortController()
    const readAll: SubscriptionSource["readAll"] = (options, signal) => {
      asked.push(options.after)
      return source.readAll(options, signal)
    }
    const askedAtBatch: number[] = []
    for await (const batch of subscribeByReading(
      { ...source, readAll },
      { after: START, batchSize: 2, signal: stop.signal },
    )) {
      await new Promise((resolve) => setImmediate(resolve))
      askedAtBatch.push(asked.length)
      if (batch.at(-1)?.position === "10") stop.abort()
    }
    expect(askedAtBatch).toEqual([2, 3, 4, 5, 6])
  })

  test("leaves no failure unobserved when the caller goes away before the next page fails", async () => {
    const unobserved: unknown[] = []
    const onUnobserved = (reason: unknown) => unobserved.push(reason)
    process.on("unhandledRejection", onUnobserved)
    try {
      let readings = 0
      const source = sourceOf(logOf(4), () => (readings += 1) > 1)
      for await (const batch of subscribeByReading(source, {
        after: START,
        batchSize: 2,
        signal: new AbortController().signal,
      })) {
        expect(batch).toHaveLength(2)
        break
      }
      expect(readings).toBe(2)
      await new Promise((resolve) => setImmediate(resolve))
      expect(unobserved).toEqual([])
    } finally {
      process.off("unhandledRejection", onUnobserved)
    }
  })
})
