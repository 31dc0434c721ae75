import { subscribeByReading } from "#src/subscription.ts"
import { silentSink } from "#src/log-sink.ts"
import { skippedIds } from "#src/testing/oracle.ts"
import { openPostgresEventStore } from "@muster/event-store/postgres"
import { newEvent, newStream } from "@muster/event-store/testing"
import { START, type RecordedEvent } from "@muster/domain"
import postgres from "postgres"
import { setTimeout as delay } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { startLogServer, type LogServer } from "./log-server.ts"

let server: LogServer
let slow: postgres.Sql
beforeAll(async () => {
  server = await startLogServer()
  slow = postgres(server.appUrl, { max: 1, onnotice: () => undefined })
})
afterAll(async () => {
  await slow.end()
  await server.stop()
})

/** Reads with the product's subscription until the event `last` was seen. */
const readUntil = async (readAll: Parameters<typeof subscribeByReading>[0]["readAll"], last: string) => {
  const stop = new AbortController()
  const seen: RecordedEvent[] = []
  const source = { readAll, waitBeyond: () => delay(5), log: silentSink }
  for await (const batch of subscribeByReading(source, { after: START, signal: stop.signal })) {
    seen.push(...batch)
    if (batch.some((event) => event.id === last)) stop.abort()
  }
  return seen
}

describe("the skip oracle", () => {
  test("sees the event that a log ordered by a sequence loses when an early writer commits late", async () => {
    await server.admin`CREATE TABLE public.by_sequence (position bigserial PRIMARY KEY, id uuid NOT NULL)`
    const [early, late, last] = [newEvent(), newEvent(), newEvent()]
    const read = async ({ after, limit }: { after: string; limit: number }) =>
      (await server.admin<RecordedEvent[]>`
        SELECT position, id FROM public.by_sequence WHERE position > ${after} ORDER BY position LIMIT ${limit}`) as RecordedEvent[]
    let lateSeen: () => void = () => undefined
    const sawLate = new Promise<void>((resolve) => (lateSeen = resolve))
    const reading = readUntil(async (options) => {
      const events = await read(options)
      if (events.some((event) => event.id === late.id)) lateSeen()
      return events
    }, last.id)
    await server.admin.begin(async (tx) => {
      await tx`INSERT INTO public.by_sequence (id) VALUES (${early.id})`
      await server.admin`INSERT INTO public.by_sequence (id) VALUES (${late.id})`
      await sawLate
    })
    await server.admin`INSERT INTO public.by_sequence (id) VALUES (${last.id})`
    const stored = await server.admin<{ id: string }[]>`SELECT id FROM public.by_sequence`
    expect(
      skippedIds(
        stored.map((row) => row.id),
        await reading,
      ),
    ).toEqual([early.id])
  })

  test("sees what such a log loses under three writers and a reader at the tail, without any help", async () => {
    await server.admin`CREATE TABLE public.by_sequence_under_load (position bigserial PRIMARY KEY, id uuid NOT NULL)`
    const writers = postgres(server.adminUrl, { max: 3, onnotice: () => undefined })
    const stop = new AbortController()
    const write = async (): Promise<void> => {
      while (!stop.signal.aborted)
        await writers.begin(async (tx) => {
          await tx`INSERT INTO public.by_sequence_under_load (id) VALUES (${newEvent().id})`
          await tx`SELECT 1`
        })
    }
    const writing = Promise.all([write(), write(), write()])
    const seen: RecordedEvent[] = []
    const readAll = async ({ after, limit }: { after: string; limit: number }) =>
      (await server.admin<RecordedEvent[]>`
        SELECT position, id FROM public.by_sequence_under_load
        WHERE position > ${after} ORDER BY position LIMIT ${limit}`) as RecordedEvent[]
    /** Stored at or before the place the reader has come to: it will never look there again. */
    const passedBy = async (): Promise<string[]> => {
      const stored = await server.admin<{ id: string }[]>`
        SELECT id FROM public.by_sequence_under_load WHERE position <= ${seen.at(-1)?.position ?? "0"}`
      return skippedIds(
        stored.map((row) => row.id),
        seen,
      )
    }
    let lost: string[] = []
    const source = { readAll, waitBeyond: () => delay(1), log: silentSink }
    for await (const batch of subscribeByReading(source, { after: START, signal: stop.signal })) {
      seen.push(...batch)
      lost = await passedBy()
      // The test's own time limit ends it when nothing is ever lost.
      if (lost.length > 0) stop.abort()
    }
    await writing
    await writers.end()
    expect(lost).not.toEqual([])
  })

  test("finds nothing lost in this log under the same interleaving: the late writer waits for the early one", async () => {
    const store = openPostgresEventStore({ url: server.appUrl })
    const [early, late, last] = [newEvent(), newEvent(), newEvent()]
    try {
      const reading = readUntil((options) => store.readAll(options), last.id)
      let appendingLate: ReturnType<typeof store.append> | undefined
      await slow.begin(async (tx) => {
        const { id, type, schema, data, meta } = early
        await tx`SELECT * FROM es.append(
          ${[newStream()]}::text[], ${[0]}::bigint[], ${[1]}::int[], ${[id]}::uuid[], ${[id]}::uuid[], ${[1]}::int[],
          ${[newStream()]}::text[], ${[1]}::int[], ${[id]}::uuid[], ${[type]}::text[], ${[schema]}::int[],
          ${[JSON.stringify(data)]}::text[], ${[JSON.stringify(meta)]}::text[])`
        appendingLate = store.append([{ stream: newStream(), expectedRevision: 0, events: [late] }])
        // The second writer is in the database and stands at the lock of the log.
        for (let waiting = 0; waiting === 0;) {
          const [row] = await server.admin<{ waiting: number }[]>`
            SELECT count(*)::int AS waiting FROM pg_locks WHERE locktype = 'advisory' AND objid = 7301 AND NOT granted`
          waiting = row?.waiting ?? 0
        }
      })
      expect((await appendingLate)?.[0]).toMatchObject({ ok: true })
      await store.append([{ stream: newStream(), expectedRevision: 0, events: [last] }])
      const seen = await reading
      expect(skippedIds([early.id, late.id, last.id], seen)).toEqual([])
      expect(seen.map((event) => event.id)).toEqual([early.id, late.id, last.id])
    } finally {
      await store.close()
    }
  })
})
