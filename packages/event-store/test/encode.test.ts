import { encodeRequest } from "#src/encode.ts"
import { PoisonedEvent } from "#src/errors.ts"
import { newEvent } from "@muster/event-store/testing"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"

const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes("\0")
const refuses = (data: object): boolean =>
  encodeRequest({ stream: "s", expectedRevision: 0, events: [newEvent({ data })] }) instanceof PoisonedEvent

/** Texts full of what could confuse a search in escaped JSON: backslashes, quotes, "u0000", halves of pairs. */
const trickyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "\\",
        '"',
        "u0000",
        "ud800",
        "\0",
        "\ud83d",
        "\ude00",
        "\u0001",
        "é",
        "😀",
        "\\u0000",
        "\\\\ud83d",
      ),
      fc.string({ unit: "binary", maxLength: 3 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""))

describe("a request is refused exactly when", () => {
  test("a value holds a NUL or half a character", () => {
    fc.assert(
      fc.property(trickyText, (text) => {
        expect(refuses({ text })).toBe(!isStorable(text))
      }),
      { numRuns: 2000 },
    )
  })

  test("a key holds one", () => {
    fc.assert(
      fc.property(trickyText, (key) => {
        expect(refuses({ nested: [{ [key]: 1 }] })).toBe(!isStorable(key))
      }),
      { numRuns: 1000 },
    )
  })
})

describe("a request that is taken", () => {
  test("carries of each event what JSON writes of it alone, whether or not events share their data and meta", () => {
    const pool = [newEvent(), newEvent(), newEvent()]
    const event = fc
      .record({ data: fc.nat({ max: 2 }), meta: fc.nat({ max: 2 }), isShared: fc.boolean() })
      .map(({ data, meta, isShared }) => {
        const shared = { data: pool[data]?.data ?? {}, meta: pool[meta]?.meta ?? newEvent().meta }
        return newEvent(isShared ? shared : structuredClone(shared))
      })
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 6 }), (events) => {
        const request = encodeRequest({ stream: "s", expectedRevision: 0, events })
        if (request instanceof PoisonedEvent) throw request
        const written = events.map(({ data, meta }) => ({ data: JSON.stringify(data), meta: JSON.stringify(meta) }))
        expect(request.events.map(({ data, meta }) => ({ data, meta }))).toEqual(written)
        expect(request.bytes).toBe(
          written.reduce((sum, { data, meta }) => sum + Buffer.byteLength(data) + Buffer.byteLength(meta), 0),
        )
      }),
    )
  })
})
