import { EVENT_MAX_BYTES, REQUEST_MAX_EVENTS, STREAM_NAME_MAX_BYTES } from "#src/limits.ts"
import type { AppendRequest } from "#src/port.ts"
import type { ContractWorld } from "#src/testing/engine.ts"
import { newEvent, newEvents, newStream } from "#src/testing/events.ts"
import type { EventId } from "@muster/domain"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"

const ofData = (data: object): AppendRequest => ({
  stream: newStream(),
  expectedRevision: 0,
  events: [newEvent(), newEvent({ data })],
})
const cycle: { self?: object } = {}
cycle.self = cycle

/** One way to be unstorable per line. */
const poisons: Readonly<Record<string, () => AppendRequest>> = {
  "NUL in a value": () => ofData({ text: "a\0b" }),
  "NUL in a key": () => ofData({ "a\0b": 1 }),
  "a lone high surrogate": () => ofData({ text: "\ud83d" }),
  "a lone low surrogate behind a backslash": () => ofData({ text: "\\\udc00" }),
  "a lone surrogate in the meta": () => {
    const event = newEvent()
    return {
      stream: newStream(),
      expectedRevision: 0,
      events: [{ ...event, meta: { ...event.meta, correlationId: "\udfff" } }],
    }
  },
  "a cycle": () => ofData(cycle),
  "a bigint": () => ofData({ big: 1n }),
  "data that is no object": () => ofData("text" as unknown as object),
  "an event that is too large": () => ofData({ text: "x".repeat(EVENT_MAX_BYTES) }),
  "an event that is too large only in bytes": () => ofData({ text: "ü".repeat(EVENT_MAX_BYTES / 2) }),
  "an id that is no UUID": () => ({
    stream: newStream(),
    expectedRevision: 0,
    events: [newEvent({ id: "nonsense" as EventId })],
  }),
  "an id twice": () => {
    const event = newEvent()
    return { stream: newStream(), expectedRevision: 0, events: [event, event] }
  },
  "an empty type": () => ({ stream: newStream(), expectedRevision: 0, events: [newEvent({ type: "" })] }),
  "NUL in the type": () => ({ stream: newStream(), expectedRevision: 0, events: [newEvent({ type: "A\0" })] }),
  "a schema that is no whole number": () => ({
    stream: newStream(),
    expectedRevision: 0,
    events: [newEvent({ schema: 1.5 })],
  }),
  "no events": () => ({ stream: newStream(), expectedRevision: 0, events: [] }),
  "too many events": () => ({ stream: newStream(), expectedRevision: 0, events: newEvents(REQUEST_MAX_EVENTS + 1) }),
  "too many bytes in all": () => ({
    stream: newStream(),
    expectedRevision: 0,
    events: Array.from({ length: 20 }, () => newEvent({ data: { text: "x".repeat(EVENT_MAX_BYTES - 1000) } })),
  }),
  "an empty stream name": () => ({ stream: "", expectedRevision: 0, events: newEvents(1) }),
  "NUL in the stream name": () => ({ stream: "a\0", expectedRevision: 0, events: newEvents(1) }),
  "a stream name that is too long": () => ({
    stream: "s".repeat(STREAM_NAME_MAX_BYTES + 1),
    expectedRevision: 0,
    events: newEvents(1),
  }),
  "a negative expected revision": () => ({ stream: newStream(), expectedRevision: -1, events: newEvents(1) }),
  "an expected revision that is no number": () => ({
    stream: newStream(),
    expectedRevision: Number.NaN,
    events: newEvents(1),
  }),
}

/** What can never be stored is refused alone. */
export const refusalContract = ({ store }: ContractWorld): void => {
  describe("a poisoned request", () => {
    test.each(Object.entries(poisons))(
      "with %s is refused, and the good ones around it are stored",
      async (_, poison) => {
        const bad = poison()
        const good = [newStream(), newStream()]
        const [before, refused, after] = await store().append([
          { stream: good[0] ?? "", expectedRevision: 0, events: newEvents(2) },
          bad,
          { stream: good[1] ?? "", expectedRevision: 0, events: newEvents(1) },
        ])
        expect(before).toMatchObject({ ok: true, revision: 2 })
        expect(after).toMatchObject({ ok: true, revision: 1 })
        expect(refused).toMatchObject({ ok: false, error: { _tag: "PoisonedEvent", reason: expect.any(String) } })
        expect(await store().readStream(bad.stream)).toEqual([])
      },
    )

    test("says why without quoting the data", async () => {
      const [verdict] = await store().append([ofData({ password: "hunter2\0" })])
      expect(verdict?.ok).toBe(false)
      expect(JSON.stringify(verdict)).not.toContain("hunter2")
    })
  })

  describe("data", () => {
    test("that only looks poisoned is stored as it is", async () => {
      const data = { escaped: "\\u0000 \\ud800 \\\\u0000", pair: "😀", control: "\u0001\u001f\u007f\u2028" }
      const stream = newStream()
      await store().append([{ stream, expectedRevision: 0, events: [newEvent({ data })] }])
      expect((await store().readStream(stream))[0]?.data).toEqual(data)
    })

    test("comes back equal, whatever JSON it is", async () => {
      const storable = fc
        .dictionary(
          fc.string({ unit: "grapheme" }).filter((key) => key !== "__proto__"),
          fc.jsonValue({ stringUnit: "grapheme" }),
        )
        .filter((data) => !JSON.stringify(data).includes(String.raw`\u0000`))
        .map((data) => JSON.parse(JSON.stringify(data)) as object)
      await fc.assert(
        fc.asyncProperty(fc.array(storable, { minLength: 1, maxLength: 20 }), async (all) => {
          const stream = newStream()
          const [verdict] = await store().append([
            { stream, expectedRevision: 0, events: all.map((data) => newEvent({ data })) },
          ])
          expect(verdict?.ok).toBe(true)
          expect((await store().readStream(stream)).map((event) => event.data)).toEqual(all)
        }),
        { numRuns: 50 },
      )
    })
  })
}
