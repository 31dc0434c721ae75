import type { ContractWorld } from "#src/testing/engine.ts"
import { newEvent, newEvents, newStream } from "#src/testing/events.ts"
import { disorder, doubledIds, gaps, skippedIds } from "#src/testing/oracle.ts"
import { collectUntil, readToHead } from "#src/testing/readers.ts"
import { runWriter } from "#src/testing/writer-process.ts"
import { describe, expect, test } from "vitest"

const WRITERS = 3
const APPENDS_PER_WRITER = 1500
const CALLERS_PER_WRITER = 24
/** The turns of a writer carry 1, 2, 3, 1, 2, 3 … events. */
const EVENTS_IN_ALL = WRITERS * APPENDS_PER_WRITER * 2
const LOAD_TIMEOUT_MILLIS = 90_000

/** Several clients at once. */
export const concurrencyContract = ({ engine, store }: ContractWorld): void => {
  describe("several writers", () => {
    test(
      `${WRITERS} writer processes and a reader at the tail: nothing skipped, nothing doubled, all in order`,
      async () => {
        const after = await store().head()
        const { moduleUrl, config } = engine().writer
        const order = {
          moduleUrl,
          config,
          appends: APPENDS_PER_WRITER,
          callers: CALLERS_PER_WRITER,
          sharedStreams: Array.from({ length: 5 }, () => newStream("shared")),
        }
        // Nothing comes after the last event, so a reader that has it was given every chance to see the others.
        const lastEvent = newEvent()
        const tail = collectUntil(store(), after, (seen) => seen.at(-1)?.id === lastEvent.id, { batchSize: 50 })
        const reports = await Promise.all(Array.from({ length: WRITERS }, () => runWriter(order)))
        expect(reports.flatMap((report) => report.refused)).toEqual([])
        const acknowledged = reports.flatMap((report) => report.acknowledged)
        expect(acknowledged).toHaveLength(EVENTS_IN_ALL)
        await store().append([{ stream: newStream(), expectedRevision: 0, events: [lastEvent] }])

        const seen = await tail
        expect(skippedIds(acknowledged, seen)).toEqual([])
        expect(doubledIds(seen)).toEqual([])
        expect((engine().positionsAreContiguous ? gaps : disorder)(seen)).toEqual([])
        expect(seen).toEqual(await readToHead(store(), after))
        for (const stream of order.sharedStreams) {
          const revisions = (await store().readStream(stream)).map((event) => event.revision)
          expect(revisions).toEqual(revisions.map((_, index) => index + 1))
        }
      },
      LOAD_TIMEOUT_MILLIS,
    )

    test("of one stream at one expected revision: exactly one wins, the others are told", async () => {
      const clients = [store(), engine().open(), engine().open()]
      try {
        const hot = Array.from({ length: 4 }, () => newStream("hot"))
        const rounds = 15
        for (let round = 0; round < rounds; round += 1) {
          const verdicts = await Promise.all(
            clients.map((client) =>
              client.append(hot.map((stream) => ({ stream, expectedRevision: round, events: newEvents(1) }))),
            ),
          )
          for (const index of hot.keys()) {
            const outcomes = verdicts.map((of) => of[index]).map((one) => (one?.ok === true ? "ok" : one?.error._tag))
            expect(outcomes.toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual([
              "ok",
              "WrongExpectedRevision",
              "WrongExpectedRevision",
            ])
          }
        }
        for (const stream of hot) {
          const revisions = (await store().readStream(stream)).map((event) => event.revision)
          expect(revisions).toEqual(Array.from({ length: rounds }, (_, index) => index + 1))
        }
      } finally {
        await Promise.all(clients.slice(1).map((client) => client.close()))
      }
    })
  })
}
