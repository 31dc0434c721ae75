import { openPostgresEventStore } from "@muster/event-store/postgres"
import { newEvent, newStream, readToHead } from "@muster/event-store/testing"
import type { Position, RecordedEvent } from "@muster/domain"
import * as fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { startLogServer, type LogServer } from "./log-server.ts"

let server: LogServer
beforeAll(async () => {
  server = await startLogServer()
})
afterAll(() => server.stop())

/** What the server itself says of the events of a stream, each column decoded by the driver alone. */
const plainly = async (stream: string): Promise<RecordedEvent[]> => {
  const rows = await server.admin<RecordedEvent[]>`
    SELECT id, stream, revision, position, type, schema, data, meta,
           to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at
    FROM es.events WHERE stream = ${stream} ORDER BY revision`
  return [...rows]
}

/** Names with what stands between the parts of a row, and with what could be taken for it. */
const name = fc
  .array(
    fc.oneof(
      fc.constantFrom("\u001e", "\u001f", "\\u001e", "\n", "ü", '"'),
      fc.string({ unit: "grapheme", maxLength: 4 }),
    ),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((parts) => parts.join("").replaceAll("\0", ""))
  .filter((text) => text !== "")
const tame = fc.stringMatching(/^[A-Z][a-z]{1,8}$/u)
const data = fc
  .dictionary(name, fc.oneof(name, fc.jsonValue({ stringUnit: "grapheme" })))
  .filter(
    (value) =>
      !JSON.stringify(value).includes(String.raw`\u0000`) &&
      !("__proto__" in value && Object.hasOwn(value, "__proto__")),
  )

describe("an event that is read in few columns", () => {
  test("is the same as one that is read column by column, also when names and data hold what parts the joined ones", async () => {
    const store = openPostgresEventStore({ url: server.appUrl })
    try {
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(fc.constant(""), name),
          fc.array(fc.record({ type: fc.oneof(tame, tame, name), data }), { minLength: 1, maxLength: 5 }),
          async (suffix, plans) => {
            const stream = `${newStream()}${suffix}`
            const after = await store.head()
            const [verdict] = await store.append([
              { stream, expectedRevision: 0, events: plans.map((plan) => newEvent(plan)) },
            ])
            expect(verdict?.ok).toBe(true)
            const wanted = await plainly(stream)
            expect(wanted).toHaveLength(plans.length)
            expect(await store.readStream(stream)).toEqual(wanted)
            expect(await store.readAll({ after, limit: 10 })).toEqual(wanted)
          },
        ),
        { numRuns: 150 },
      )
    } finally {
      await store.close()
    }
  })
})

describe("an event that a subscriber gets from an append of its own process", () => {
  test("is the same as one that is read, to the byte, whatever it holds and whoever else appends meanwhile", async () => {
    const [store, other] = [
      openPostgresEventStore({ url: server.appUrl }),
      openPostgresEventStore({ url: server.appUrl }),
    ]
    const requests = fc.array(
      fc.record({
        own: fc.boolean(),
        refused: fc.boolean(),
        again: fc.boolean(),
        events: fc.array(data, { minLength: 1, maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 8 },
    )
    const last = newEvent({ type: "Last" })
    const stop = new AbortController()
    const seen: RecordedEvent[] = []
    const follow = async (after: Position): Promise<void> => {
      for await (const batch of store.subscribe({ after, signal: stop.signal })) {
        seen.push(...batch)
        if (batch.some((event) => event.id === last.id)) stop.abort()
      }
    }
    try {
      const after = await store.head()
      const following = follow(after)
      await fc.assert(
        fc.asyncProperty(requests, async (plans) => {
          await Promise.all(
            plans.map(async ({ own, refused, again, events }) => {
              const request = {
                stream: newStream(),
                expectedRevision: refused ? 7 : 0,
                events: events.map((one) => newEvent({ data: one })),
              }
              const client = own ? store : other
              await client.append([request])
              if (!again) return
              // Once more what is stored, in one batch with something new.
              const fresh = { stream: newStream(), expectedRevision: 0, events: [newEvent()] }
              await client.append([request, fresh])
            }),
          )
        }),
        { numRuns: 100 },
      )
      await store.append([{ stream: newStream(), expectedRevision: 0, events: [last] }])
      await following
      const read = await readToHead(store, after)
      expect(seen).toEqual(read)
      expect(seen.map((event) => JSON.stringify(event))).toEqual(read.map((event) => JSON.stringify(event)))
    } finally {
      stop.abort()
      await Promise.all([store.close(), other.close()])
    }
  })
})
