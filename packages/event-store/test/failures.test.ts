import { openPostgresEventStore, type PostgresEventStoreOptions } from "@muster/event-store/postgres"
import { READ_CONNECTIONS } from "@muster/event-store"
import { newEvent, newEvents, newStream } from "@muster/event-store/testing"
import { inspect } from "node:util"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { startLogServer, type LogServer } from "./log-server.ts"
import { startProxy, type TcpProxy } from "./proxy.ts"

let server: LogServer
let proxy: TcpProxy
const closers: (() => Promise<void>)[] = []

beforeAll(async () => {
  server = await startLogServer()
  proxy = await startProxy(server.appUrl)
})
afterEach(async () => {
  proxy.setMode("pass")
  for (const close of closers.splice(0)) await close()
})
afterAll(async () => {
  await proxy.close()
  await server.stop()
})

const open = (options: Partial<PostgresEventStoreOptions> = {}) => {
  const store = openPostgresEventStore({ url: proxy.url, ...options })
  closers.push(() => store.close())
  return store
}
/** A store whose statements are prepared, so that the next answer of the server comes after its commit. */
const openWarm = async (options: Partial<PostgresEventStoreOptions> = {}) => {
  const store = open(options)
  await store.append([{ stream: newStream(), expectedRevision: 0, events: newEvents(1) }])
  return store
}

const idsOf = (events: readonly { readonly id: string }[]): string[] => events.map((event) => event.id)
const byText = (a: string, b: string): number => a.localeCompare(b)

/** Looks at who stands at the lock of the log until it is as wanted; gives their names. */
const untilWaiting = async (isWanted: (names: readonly string[]) => boolean): Promise<readonly string[]> => {
  for (;;) {
    const rows = await server.admin<{ name: string }[]>`
      SELECT a.application_name AS name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
      WHERE l.locktype = 'advisory' AND l.objid = 7301 AND NOT l.granted`
    const names = rows.map((row) => row.name)
    if (isWanted(names)) return names
  }
}

describe("a lost reply", () => {
  test.each([0, 2, "any"] as const)(
    "of an append at expected revision %s is answered alreadyStored: written once",
    async (expectedRevision) => {
      const store = await openWarm()
      const stream = newStream()
      if (expectedRevision !== 0) await store.append([{ stream, expectedRevision: 0, events: newEvents(2) }])
      const events = newEvents(3)
      proxy.loseReplyTo(events[0]?.id ?? "")
      const [verdict] = await store.append([{ stream, expectedRevision, events }])
      const stored = await store.readStream(stream, { after: expectedRevision === 0 ? 0 : 2 })
      expect(stored.map((event) => event.id)).toEqual(events.map((event) => event.id))
      expect(verdict).toEqual({
        ok: true,
        revision: expectedRevision === 0 ? 3 : 5,
        firstPosition: stored[0]?.position,
        lastPosition: stored[2]?.position,
        alreadyStored: true,
      })
    },
  )

  test("of a batch does not turn its conflicts into successes", async () => {
    const store = await openWarm()
    const streams = [newStream(), newStream(), newStream()] as const
    const events = newEvents(1)
    proxy.loseReplyTo(events[0]?.id ?? "")
    const verdicts = await store.append([
      { stream: streams[0], expectedRevision: 0, events },
      { stream: streams[1], expectedRevision: 5, events: newEvents(1) },
      { stream: streams[2], expectedRevision: "any", events: newEvents(1) },
    ])
    expect(verdicts).toMatchObject([
      { ok: true, alreadyStored: true },
      { ok: false, error: { _tag: "WrongExpectedRevision", actual: 0 } },
      { ok: true, alreadyStored: true },
    ])
  })

  test("of an append without an expected revision is recognised also when others wrote to the stream since", async () => {
    const [store, other] = [await openWarm(), await openWarm({ url: server.appUrl })]
    const stream = newStream()
    const [events, others] = [newEvents(2), newEvents(1)]
    proxy.loseReplyTo(events[0]?.id ?? "", () => other.append([{ stream, expectedRevision: "any", events: others }]))
    expect(await store.append([{ stream, expectedRevision: "any", events }])).toMatchObject([
      { ok: true, revision: 2, alreadyStored: true },
    ])
    expect(idsOf(await store.readStream(stream))).toEqual(idsOf([...events, ...others]))
  })

  test("of a batch that is still on its way in the server: its backend is ended before we look, so it cannot land later", async () => {
    const [store, other] = [await openWarm(), await openWarm({ url: server.appUrl })]
    const stream = newStream()
    const [events, others] = [newEvents(2), newEvents(1)]
    let verdicts: Promise<unknown> | undefined
    await server.admin.begin(async (tx) => {
      await tx`SELECT pg_advisory_xact_lock(7301)`
      // They queue at the lock in this order: the first try, then somebody else, then the second try.
      const first = store.append([{ stream, expectedRevision: "any", events }])
      await untilWaiting((names) => names.length === 1)
      const between = other.append([{ stream, expectedRevision: "any", events: others }])
      const before = await untilWaiting((names) => names.length === 2)
      proxy.cutClients()
      await untilWaiting((names) => names.some((name) => !before.includes(name)))
      verdicts = Promise.all([first, between])
    })
    expect(await verdicts).toMatchObject([[{ ok: true }], [{ ok: true }]])
    const stored = idsOf(await store.readStream(stream))
    expect(stored.toSorted(byText)).toEqual(idsOf([...events, ...others]).toSorted(byText))
  })
})

describe("a read whose connection breaks in the middle of the answer", () => {
  test("is done again and gives every event once, also on connections that broke before", async () => {
    const store = await openWarm({ url: server.appUrl })
    const stream = newStream()
    const events = Array.from({ length: 40 }, () => newEvent({ data: { text: "x".repeat(20_000) } }))
    await store.append([{ stream, expectedRevision: 0, events }])
    const reader = open()
    // Once for each connection of the pool: the next try meets one that broke off with rows on the way.
    proxy.cutMidway(READ_CONNECTIONS, 400_000)
    const read = await reader.readStream(stream)
    expect(read.map((event) => event?.id)).toEqual(idsOf(events))
    expect(await reader.head()).toBe(read.at(-1)?.position)
  })
})

describe("a log that does not answer", () => {
  test("gives LogUnavailable after the deadline, for appends and for reads", async () => {
    const store = open({ limits: { appendDeadlineMillis: 200, attemptTimeoutMillis: 100, readDeadlineMillis: 0 } })
    const stop = await startProxy(server.appUrl)
    const gone = openPostgresEventStore({
      url: stop.url,
      limits: { appendDeadlineMillis: 200, attemptTimeoutMillis: 100, readDeadlineMillis: 0 },
    })
    closers.push(() => gone.close())
    await stop.close()
    const append = { stream: newStream(), expectedRevision: 0, events: newEvents(1) }
    expect(await gone.append([append, append])).toMatchObject([
      { ok: false, error: { _tag: "LogUnavailable", cause: { code: "ECONNREFUSED" } } },
      { ok: false, error: { _tag: "LogUnavailable" } },
    ])
    await expect(gone.head()).rejects.toMatchObject({ _tag: "LogUnavailable" })

    proxy.setMode("silent")
    expect(await store.append([append])).toMatchObject([{ ok: false, error: { _tag: "LogUnavailable" } }])
  })

  test("is used again as soon as it answers: the same request, sent again, is stored once", async () => {
    const store = await openWarm({ limits: { appendDeadlineMillis: 300, attemptTimeoutMillis: 100 } })
    const append = { stream: newStream(), expectedRevision: "any" as const, events: newEvents(2) }
    proxy.setMode("silent")
    expect(await store.append([append])).toMatchObject([{ ok: false, error: { _tag: "LogUnavailable" } }])
    proxy.setMode("pass")
    expect(await store.append([append])).toMatchObject([{ ok: true, revision: 2 }])
    expect(await store.readStream(append.stream)).toHaveLength(2)
  })

  test("tells at once when no retry can help, and never shows what was to be stored", async () => {
    const warnings: unknown[] = []
    const wrong = new URL(server.appUrl)
    wrong.password = "not-the-password"
    const store = open({ url: wrong.href, log: { warn: (...line) => warnings.push(line) } })
    const [verdict] = await store.append([
      { stream: newStream(), expectedRevision: 0, events: [newEvent({ data: { token: "hunter2" } })] },
    ])
    expect(verdict).toMatchObject({ ok: false, error: { _tag: "LogUnavailable", cause: { kind: "misconfigured" } } })
    const shown = inspect([verdict, warnings], { depth: 10, showHidden: true })
    expect(shown).not.toContain("hunter2")
    expect(shown).not.toContain("not-the-password")
  })
})

describe("a batch that the database refuses", () => {
  test("is halved until only what it refused is left out, and the refusal does not quote the data", async () => {
    await server.admin`ALTER TABLE es.events ADD CONSTRAINT refused CHECK (type <> 'Refused')`
    try {
      const store = await openWarm()
      const requests = Array.from({ length: 40 }, (_, index) => ({
        stream: newStream(),
        expectedRevision: 0,
        events: [newEvent({ type: index % 13 === 5 ? "Refused" : "Fine", data: { secret: "hunter2" } })],
      }))
      const verdicts = await store.append(requests)
      const refused = verdicts.flatMap((verdict, index) => (verdict.ok ? [] : [index]))
      expect(refused).toEqual([5, 18, 31])
      expect(verdicts[18]).toMatchObject({
        ok: false,
        error: { _tag: "PoisonedEvent", reason: "refused by the database (23514)" },
      })
      expect(inspect(verdicts, { depth: 10, showHidden: true })).not.toContain("hunter2")
      const stored = await Promise.all(requests.map(({ stream }) => store.readStream(stream)))
      expect(stored.flatMap((events, index) => (events.length === 1 ? [] : [index]))).toEqual(refused)
    } finally {
      await server.admin`ALTER TABLE es.events DROP CONSTRAINT refused`
    }
  })
})

describe("too much at once", () => {
  test("is refused with Overloaded beyond the bound of the queue; what was taken is stored", async () => {
    const store = open({ limits: { queueMaxRequests: 10 } })
    const requests = Array.from({ length: 15 }, () => ({
      stream: newStream(),
      expectedRevision: 0,
      events: newEvents(1),
    }))
    const verdicts = await store.append(requests)
    expect(verdicts.map((verdict) => (verdict.ok ? "ok" : verdict.error._tag))).toEqual([
      ...Array.from({ length: 10 }, () => "ok"),
      ...Array.from({ length: 5 }, () => "Overloaded"),
    ])
    expect(verdicts[14]).toMatchObject({ error: { retryAfterMillis: expect.any(Number) } })
    expect(await store.append([requests[14] ?? requests[0]].flatMap((one) => (one ? [one] : [])))).toMatchObject([
      { ok: true },
    ])
  })
})

describe("too many bytes at once", () => {
  test("are refused with Overloaded beyond the bound of the queue, however few the requests; what was taken is stored", async () => {
    const store = open({ limits: { queueMaxBytes: 10_000 } })
    const requests = [4_000, 4_000, 4_000, 100].map((length) => ({
      stream: newStream(),
      expectedRevision: 0,
      events: [newEvent({ data: { text: "x".repeat(length) } })],
    }))
    const verdicts = await store.append(requests)
    expect(verdicts.map((verdict) => (verdict.ok ? "ok" : verdict.error._tag))).toEqual([
      "ok",
      "ok",
      "Overloaded",
      "ok",
    ])
    const stored = await Promise.all(requests.map(({ stream }) => store.readStream(stream)))
    expect(stored.map((events) => events.length)).toEqual([1, 1, 0, 1])
  })
})

describe("a store that is closed", () => {
  test("answers what it has taken and refuses what comes after", async () => {
    const store = openPostgresEventStore({ url: proxy.url })
    const append = () => store.append([{ stream: newStream(), expectedRevision: 0, events: newEvents(1) }])
    const taken = Promise.all(Array.from({ length: 500 }, append))
    await store.close()
    expect((await taken).every(([verdict]) => verdict?.ok === true)).toBe(true)
    expect(await append()).toMatchObject([{ ok: false, error: { _tag: "LogUnavailable" } }])
  })
})
