import { WrongExpectedRevision } from "#src/errors.ts"
import type { ContractWorld } from "#src/testing/engine.ts"
import { newEvents, newStream } from "#src/testing/events.ts"
import { callPlans, runBoth } from "#src/testing/model.ts"
import { comparePositions } from "@muster/domain"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"

/** Storing, the expected revision, and retries. */
export const appendContract = ({ store }: ContractWorld): void => {
  describe("append", () => {
    test("stores the events of a request in order, with revisions from 1 and rising positions", async () => {
      const stream = newStream()
      const events = newEvents(3)
      const [verdict] = await store().append([{ stream, expectedRevision: 0, events }])
      const stored = await store().readStream(stream)
      expect(stored.map(({ id, revision }) => ({ id, revision }))).toEqual(
        events.map(({ id }, index) => ({ id, revision: index + 1 })),
      )
      expect(verdict).toEqual({
        ok: true,
        revision: 3,
        firstPosition: stored[0]?.position,
        lastPosition: stored[2]?.position,
      })
    })

    test("answers WrongExpectedRevision with what it found, and stores nothing", async () => {
      const stream = newStream()
      await store().append([{ stream, expectedRevision: 0, events: newEvents(2) }])
      const verdicts = await store().append([
        { stream, expectedRevision: 1, events: newEvents(1) },
        { stream, expectedRevision: 3, events: newEvents(1) },
        { stream, expectedRevision: 0, events: newEvents(1) },
      ])
      expect(verdicts).toEqual([
        { ok: false, error: new WrongExpectedRevision({ stream, expected: 1, actual: 2 }) },
        { ok: false, error: new WrongExpectedRevision({ stream, expected: 3, actual: 2 }) },
        { ok: false, error: new WrongExpectedRevision({ stream, expected: 0, actual: 2 }) },
      ])
      expect(await store().readStream(stream)).toHaveLength(2)
    })

    test("gives each request of a call its own verdict, in the order given", async () => {
      const [a, b, c] = [newStream(), newStream(), newStream()]
      const verdicts = await store().append([
        { stream: a, expectedRevision: 0, events: newEvents(1) },
        { stream: b, expectedRevision: 7, events: newEvents(1) },
        { stream: c, expectedRevision: "any", events: newEvents(2) },
        { stream: a, expectedRevision: 1, events: newEvents(1) },
      ])
      expect(verdicts.map((verdict) => (verdict.ok ? verdict.revision : verdict.error._tag))).toEqual([
        1,
        "WrongExpectedRevision",
        2,
        2,
      ])
    })

    test("answers an empty call with no verdicts", async () => {
      expect(await store().append([])).toEqual([])
    })

    test("does what a table of lists would do, whatever is asked", async () => {
      await fc.assert(
        fc.asyncProperty(callPlans, async (plans) => {
          const both = await runBoth(store(), plans, [newStream(), newStream(), newStream()])
          expect(both.answers).toEqual(both.expected)
          expect(both.stored).toEqual(both.modelled)
        }),
        { numRuns: 40 },
      )
    })
  })

  describe("a retry with the same event ids", () => {
    test("of a creation is alreadyStored, at the place of the first try", async () => {
      const request = { stream: newStream(), expectedRevision: 0, events: newEvents(2) }
      const [first] = await store().append([request])
      await store().append([{ ...request, expectedRevision: 2, events: newEvents(1) }])
      const [second] = await store().append([request])
      expect(second).toEqual({ ...first, alreadyStored: true })
      expect(await store().readStream(request.stream)).toHaveLength(3)
    })

    test("of a later append is alreadyStored, also when others wrote after it", async () => {
      const stream = newStream()
      await store().append([{ stream, expectedRevision: "any", events: newEvents(2) }])
      const request = { stream, expectedRevision: 2, events: newEvents(3) }
      const [first] = await store().append([request])
      await store().append([{ stream, expectedRevision: "any", events: newEvents(4) }])
      const [second] = await store().append([request])
      expect(second).toEqual({ ...first, alreadyStored: true })
    })

    test("without an expected revision is alreadyStored while the events are the newest of the stream", async () => {
      const request = { stream: newStream(), expectedRevision: "any" as const, events: newEvents(2) }
      const [first, second] = await store().append([request, request])
      expect(first).toMatchObject({ ok: true, revision: 2 })
      expect(second).toEqual({ ...first, alreadyStored: true })
      expect(await store().readStream(request.stream)).toHaveLength(2)
    })

    test("but with another first event is a conflict: only the very same events are a retry", async () => {
      const stream = newStream()
      const [one, two, other] = newEvents(3)
      if (one === undefined || two === undefined || other === undefined) throw new Error("three events")
      await store().append([{ stream, expectedRevision: 0, events: [one, two] }])
      const verdicts = await store().append([
        { stream, expectedRevision: 0, events: [other, two] },
        { stream, expectedRevision: 0, events: [one] },
        { stream, expectedRevision: 0, events: [two, one] },
      ])
      expect(verdicts.map((verdict) => (verdict.ok ? "ok" : verdict.error._tag))).toEqual([
        // The third swaps the two: not the same events in the same order.
        "WrongExpectedRevision",
        "ok",
        "WrongExpectedRevision",
      ])
    })
  })

  describe("positions", () => {
    test("are distinct, and ordered as the appends were", async () => {
      const before = await store().head()
      const positions: string[] = []
      for (let turn = 0; turn < 15; turn += 1) {
        const [verdict] = await store().append([{ stream: newStream(), expectedRevision: 0, events: newEvents(2) }])
        if (verdict?.ok !== true) throw new Error("refused")
        positions.push(verdict.firstPosition, verdict.lastPosition)
      }
      expect(positions.toSorted(comparePositions)).toEqual(positions)
      expect(new Set(positions).size).toBe(positions.length)
      expect(comparePositions(before, positions[0] ?? "0")).toBeLessThan(0)
      expect(await store().head()).toBe(positions.at(-1))
    })
  })
}
