import type { ContractWorld } from "#src/testing/engine.ts"
import { newEvent, newEvents, newStream } from "#src/testing/events.ts"
import { readToHead } from "#src/testing/readers.ts"
import { Position, START } from "@muster/domain"
import { describe, expect, test } from "vitest"

/** Reading one stream and all of them. */
export const readContract = ({ store }: ContractWorld): void => {
  describe("read", () => {
    test("gives an event back whole, with its stream, its place and the time in UTC with milliseconds", async () => {
      const stream = newStream("chat")
      const event = newEvent({ type: "MessagePosted", schema: 3, data: { text: "hello" } })
      const [verdict] = await store().append([{ stream, expectedRevision: 0, events: [event] }])
      if (verdict?.ok !== true) throw new Error("refused")
      const [read] = await store().readStream(stream)
      expect(read).toEqual({ ...event, stream, revision: 1, position: verdict.firstPosition, at: expect.any(String) })
      expect(read?.at).toBe(new Date(read?.at ?? "").toISOString())
      const [same] = (await store().readAll({ after: START, limit: 10_000 })).filter(({ id }) => id === event.id)
      expect(same).toEqual(read)
    })

    test("of a stream that does not exist is empty", async () => {
      expect(await store().readStream(newStream())).toEqual([])
      expect(await store().readStream("no\0stream")).toEqual([])
    })

    test("of several streams gives each whole, next to each other and in order, and passes over those that do not exist", async () => {
      const names = [newStream("a"), newStream("b"), newStream("c")]
      await store().append(names.map((stream) => ({ stream, expectedRevision: 0, events: newEvents(2) })))
      await store().append(names.map((stream) => ({ stream, expectedRevision: 2, events: newEvents(1) })))
      const read = await store().readStreams([...names.slice(0, 2), newStream(), "no\0stream"])
      const each = await Promise.all(names.slice(0, 2).map((stream) => store().readStream(stream)))
      const isFirstFirst = read[0]?.stream === names[0]
      expect(read).toEqual((isFirstFirst ? each : each.toReversed()).flat())
      expect(await store().readStreams([])).toEqual([])
    })

    test("of a stream starts after a revision and ends at a limit", async () => {
      const stream = newStream()
      const events = newEvents(10)
      await store().append([{ stream, expectedRevision: 0, events }])
      const revisions = async (options: { after?: number; limit?: number }) =>
        (await store().readStream(stream, options)).map((event) => event.revision)
      expect(await revisions({ after: 7 })).toEqual([8, 9, 10])
      expect(await revisions({ limit: 2 })).toEqual([1, 2])
      expect(await revisions({ after: 4, limit: 3 })).toEqual([5, 6, 7])
      expect(await revisions({ after: 10 })).toEqual([])
      expect(await revisions({ limit: 0 })).toEqual([])
      expect(await revisions({ after: Number.MAX_SAFE_INTEGER })).toEqual([])
    })

    test("of everything gives each event once, in order, whatever the page size", async () => {
      const from = await store().head()
      const names = Array.from({ length: 7 }, () => newStream())
      await store().append(names.map((stream) => ({ stream, expectedRevision: 0, events: newEvents(3) })))
      const whole = await readToHead(store(), from)
      expect(whole).toHaveLength(21)
      for (const page of [1, 2, 5, 21, 22]) expect(await readToHead(store(), from, page)).toEqual(whole)
    })

    test("of everything keeps the events of one request together", async () => {
      const from = await store().head()
      const requests = Array.from({ length: 20 }, () => ({
        stream: newStream(),
        expectedRevision: 0,
        events: newEvents(3),
      }))
      await Promise.all(requests.map((request) => store().append([request])))
      const order = (await readToHead(store(), from)).map((event) => event.stream)
      const runs = order.filter((stream, index) => stream !== order[index - 1])
      expect(order).toHaveLength(60)
      expect(runs).toHaveLength(20)
    })

    test("after the head, or after a position beyond every log, is empty", async () => {
      expect(await store().readAll({ after: await store().head(), limit: 10 })).toEqual([])
      expect(await store().readAll({ after: Position.make("18446744073709551615"), limit: 10 })).toEqual([])
      expect(await store().readAll({ after: START, limit: 0 })).toEqual([])
    })

    test("of the generation is stable", async () => {
      const generation = await store().generation()
      expect(generation).not.toBe("")
      expect(await store().generation()).toBe(generation)
    })
  })
}
