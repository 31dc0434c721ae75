import { encodeRequest } from "#src/encode.ts"
import { PoisonedEvent } from "#src/errors.ts"
import { eventColumns, requestColumns, textArray } from "#src/postgres/columns.ts"
import { positionAfter } from "#src/postgres/positions.ts"
import { newEvent } from "@muster/event-store/testing"
import { startTestPostgres, type TestPostgres } from "@muster/platform/testing"
import * as fc from "fast-check"
import postgres from "postgres"
import { afterAll, beforeAll, describe, expect, test } from "vitest"

let server: TestPostgres
let sql: postgres.Sql
beforeAll(async () => {
  server = await startTestPostgres()
  sql = postgres(server.appUrl, { max: 1, onnotice: () => undefined })
})
afterAll(async () => {
  await sql.end()
  await server.stop()
})

/** Texts full of what means something in array literals and in lists: quotes, braces, commas, separators, NULL. */
const tricky = fc
  .array(
    fc.oneof(
      fc.constantFrom('"', "\\", "{", "}", ",", "\u001e", "NULL", "null", " ", "\t", "\n", "'", "ü", "😀"),
      fc.string({ unit: "grapheme", maxLength: 3 }),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => parts.join("").replaceAll("\0", ""))
  .filter((text) => text !== "")

const storable = fc
  .dictionary(tricky, fc.jsonValue({ stringUnit: "grapheme" }))
  .filter((data) => !JSON.stringify(data).includes(String.raw`\u0000`))

const requests = fc.array(
  fc.record({
    stream: tricky,
    expectedRevision: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant("any" as const)),
    events: fc.array(fc.record({ type: tricky, data: storable }), { minLength: 1, maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 6 },
)

describe("the columns of a batch", () => {
  test("arrive at the server as what the driver's own arrays would have brought there", async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (plans) => {
        const encoded = plans.map((plan) => {
          const request = encodeRequest({ ...plan, events: plan.events.map((event) => newEvent(event)) })
          if (request instanceof PoisonedEvent) throw request
          return request
        })
        const events = encoded.flatMap(({ stream, events }, index) =>
          events.map((event, k) => ({ ...event, req: index + 1, k: k + 1, stream })),
        )
        const r = requestColumns(encoded)
        const e = eventColumns(encoded)
        const [sent] = await sql`
          SELECT ${r.streams}::text[] AS streams, ${r.expected}::bigint[] AS expected, ${r.counts}::int[] AS counts,
                 ${r.first}::uuid[] AS first, ${r.last}::uuid[] AS last, ${e.req}::int[] AS req,
                 ${e.streams}::text[] AS estreams, ${e.k}::int[] AS k, ${e.ids}::uuid[] AS ids, ${e.types}::text[] AS types,
                 ${e.schemas}::int[] AS schemas, string_to_array(${e.data}, chr(30)) AS data,
                 string_to_array(${e.meta}, chr(30)) AS meta`
        expect({ ...sent }).toEqual({
          streams: encoded.map((one) => one.stream),
          expected: encoded.map((one) => String(one.expected)),
          counts: encoded.map((one) => one.events.length),
          first: encoded.map((one) => one.events[0].id),
          last: encoded.map((one) => one.events.at(-1)?.id),
          req: events.map((one) => one.req),
          estreams: events.map((one) => one.stream),
          k: events.map((one) => one.k),
          ids: events.map((one) => one.id),
          types: events.map((one) => one.type),
          schemas: events.map((one) => one.schema),
          data: events.map((one) => one.data),
          meta: events.map((one) => one.meta),
        })
      }),
      { numRuns: 200 },
    )
  })

  test("hold an empty list of texts as well", async () => {
    const [row] = await sql`SELECT cardinality(${textArray([])}::text[]) AS count`
    expect(row?.["count"]).toBe(0)
  })
})

describe("a position after another", () => {
  test("is their exact sum, however far the log has come", () => {
    const position = fc.oneof(
      fc.bigInt({ min: 0n, max: 2n ** 63n - 2000n }),
      fc.bigInt({ min: 2n ** 53n - 2000n, max: 2n ** 53n + 2000n }),
    )
    fc.assert(
      fc.property(position, fc.integer({ min: 0, max: 1000 }), (from, count) => {
        expect(positionAfter(String(from), count)).toBe(String(from + BigInt(count)))
      }),
      { numRuns: 2000 },
    )
  })
})
