import { openPostgresEventStore } from "@muster/event-store/postgres"
import { collectUntil, newEvents, newStream } from "@muster/event-store/testing"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { startLogServer, type LogServer } from "./log-server.ts"

/** No poll comes within the time of a test: what is seen was seen because of a wake-up. */
const NEVER_MILLIS = 3_600_000

let server: LogServer
const closers: (() => Promise<void>)[] = []
beforeAll(async () => {
  server = await startLogServer()
})
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})
afterAll(() => server.stop())

const open = (pollIntervalMillis?: number) => {
  const store = openPostgresEventStore({
    url: server.appUrl,
    limits: pollIntervalMillis === undefined ? {} : { pollIntervalMillis },
  })
  closers.push(() => store.close())
  return store
}
/** Appends one event at each signal that the reader has seen the one before. */
const relay = async (writer: ReturnType<typeof open>, reader: ReturnType<typeof open>, turns: number) => {
  const after = await writer.head()
  const ids: string[] = []
  let appending: Promise<unknown> = Promise.resolve()
  const appendNext = async () => {
    const events = newEvents(1)
    ids.push(...events.map((event) => event.id))
    await writer.append([{ stream: newStream(), expectedRevision: 0, events }])
  }
  const seen = collectUntil(reader, after, (events) => events.length >= turns, {
    onBatch: () => {
      if (ids.length < turns) appending = appendNext()
    },
  })
  await appendNext()
  const events = await seen
  await appending
  expect(events.map((event) => event.id)).toEqual(ids)
}

describe("a subscription that waits is woken", () => {
  test("by an append of its own process", async () => {
    const store = open(NEVER_MILLIS)
    await relay(store, store, 5)
  })

  test("by an append of another process", async () => {
    await relay(open(), open(NEVER_MILLIS), 5)
  })

  test("when its listening connection is back: what came meanwhile is seen", async () => {
    const [writer, reader] = [open(), open(NEVER_MILLIS)]
    const after = await writer.head()
    const append = () => writer.append([{ stream: newStream(), expectedRevision: 0, events: newEvents(1) }])
    let breaking: Promise<void> | undefined
    const appendWhileDeaf = async () => {
      await server.admin`ALTER ROLE muster_app CONNECTION LIMIT 0`
      await server.admin`SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE application_name = 'muster-log-listen'`
      await append()
      await server.admin`ALTER ROLE muster_app CONNECTION LIMIT -1`
    }
    const seen = collectUntil(reader, after, (events) => events.length >= 2, {
      onBatch: () => {
        breaking ??= appendWhileDeaf()
      },
    })
    await append()
    expect(await seen).toHaveLength(2)
    await breaking
  })

  test("by polling, when every hint is lost", async () => {
    // A writer that does not tell: the event is stored by hand.
    const reader = open()
    const after = await reader.head()
    const [event] = newEvents(1)
    if (event === undefined) throw new Error("one event")
    const seen = collectUntil(reader, after, (events) => events.length >= 1)
    await reader.head()
    await server.admin`
      INSERT INTO es.events (position, stream, revision, id, type, schema, data, meta)
      SELECT coalesce(max(position), 0) + 1, ${newStream()}, 1, ${event.id}::uuid, 'Silent', 1, '{}', '{}' FROM es.events`
    expect((await seen).map(({ id }) => id)).toEqual([event.id])
  })
})

describe("closing a store", () => {
  test("ends its subscriptions without an error", async () => {
    const store = openPostgresEventStore({ url: server.appUrl, limits: { pollIntervalMillis: NEVER_MILLIS } })
    const after = await store.head()
    const events = newEvents(1)
    await store.append([{ stream: newStream(), expectedRevision: 0, events }])
    let closing: Promise<void> | undefined
    const seen = await collectUntil(store, after, () => false, {
      onBatch: () => {
        closing = store.close()
      },
    })
    await closing
    expect(seen.map((event) => event.id)).toEqual(events.map((event) => event.id))
    await expect(store.head()).rejects.toMatchObject({ _tag: "LogUnavailable" })
  })
})
