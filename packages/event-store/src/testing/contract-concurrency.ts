import type { ContractWorld } from "#src/testing/engine.ts"
import { newEvent, newEvents, newStream } from "#src/testing/events.ts"
import { disorder, doubledIds, gaps, skippedIds } from "#src/testing/oracle.ts"
import { collectUntil, readToHead } from "#src/testing/readers.ts"
import type { ContenderOrder, ContenderReport } from "#src/testing/contender.ts"
import { runProcess } from "#src/testing/process.ts"
import type { WriterOrder, WriterReport } from "#src/testing/writer.ts"
import { describe, expect, test } from "vitest"

const WRITERS = 3
const APPENDS_PER_WRITER = 1500
const CALLERS_PER_WRITER = 24
/** The turns of a writer carry 1, 2, 3, 1, 2, 3 … events. */
const EVENTS_IN_ALL = WRITERS * APPENDS_PER_WRITER * 2
const HOT_STREAMS = 20
const APPENDS_PER_CONTENDER = 2000
const LOAD_TIMEOUT_MILLIS = 90_000

/** Several clients at once. */
export const concurrencyContract = ({ engine, store }: ContractWorld): void => {
  describe("several writers", () => {
    test(
      `${WRITERS} writer processes and a reader at the tail: nothing skipped, nothing doubled, all in order`,
      async () => {
        const after = await store().head()
        const { moduleUrl, config } = engine().writer
        const order: WriterOrder = {
          moduleUrl,
          config,
          appends: APPENDS_PER_WRITER,
          callers: CALLERS_PER_WRITER,
          sharedStreams: Array.from({ length: 5 }, () => newStream("shared")),
        }
        // Nothing comes after the last event, so a reader that has it was given every chance to see the others.
        const lastEvent = newEvent()
        const tail = collectUntil(store(), after, (seen) => seen.at(-1)?.id === lastEvent.id, { batchSize: 50 })
        const reports = await Promise.all(
          Array.from({ length: WRITERS }, () => runProcess<WriterReport>("writer.ts", order)),
        )
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

    test(
      `${WRITERS} processes at expected revisions on ${HOT_STREAMS} hot streams: each revision has one winner, none is missing`,
      async () => {
        const { moduleUrl, config } = engine().writer
        const streams = Array.from({ length: HOT_STREAMS }, () => newStream("hot"))
        const order: ContenderOrder = {
          moduleUrl,
          config,
          appends: APPENDS_PER_CONTENDER,
          callers: CALLERS_PER_WRITER,
          streams,
        }
        const reports = await Promise.all(
          Array.from({ length: WRITERS }, () => runProcess<ContenderReport>("contender.ts", order)),
        )
        expect(reports.flatMap((report) => report.surprises)).toEqual([])
        // All of them begin every stream with its creation, and only one can create it.
        expect(reports.reduce((sum, report) => sum + report.lost, 0)).toBeGreaterThanOrEqual(
          (WRITERS - 1) * HOT_STREAMS,
        )
        const won = new Map(
          reports.flatMap((report) => report.won).map((win) => [`${win.stream} ${win.revision}`, win.id]),
        )
        expect(won.size).toBe(reports.reduce((sum, report) => sum + report.won.length, 0))
        let stored = 0
        for (const stream of streams) {
          const events = await store().readStream(stream)
          stored += events.length
          expect(events.map((event) => event.revision)).toEqual(events.map((_, index) => index + 1))
          for (const { revision, id } of events) expect(won.get(`${stream} ${revision}`)).toBe(id)
        }
        expect(stored).toBe(won.size)
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
