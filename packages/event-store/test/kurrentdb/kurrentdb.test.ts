import { EVENT_MAX_BYTES, EventStore } from "@muster/event-store"
import { layerKurrent, openKurrentEventStore, rotateKurrentGeneration } from "@muster/event-store/kurrentdb"
import { collectUntil, newEvent, newEvents, newStream, readToHead } from "@muster/event-store/testing"
import { START } from "@muster/domain"
import { Effect } from "effect"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { startProxy, type TcpProxy } from "../proxy.ts"
import { startStandIn } from "./stand-in.ts"

/** No poll comes within the time of a test: what is seen was seen because of a wake-up. */
const NEVER_MILLIS = 3_600_000

let server: Awaited<ReturnType<typeof startStandIn>>
let proxy: TcpProxy
const closers: (() => Promise<void>)[] = []
const start = async (options: { readonly isIdempotent?: boolean } = {}) => {
  server = await startStandIn(options)
  proxy = await startProxy(server.url)
}
const stop = async () => {
  for (const close of closers.splice(0)) await close()
  await proxy.close()
  server.stop()
}
beforeEach(() => start())
afterEach(stop)

type Limits = NonNullable<Parameters<typeof openKurrentEventStore>[0]["limits"]>
const open = (limits: Limits = {}) => {
  const store = openKurrentEventStore({ url: proxy.url, limits })
  closers.push(() => store.close())
  return store
}
const idsOf = (events: readonly { readonly id: string }[]) => events.map((event) => event.id)

describe("records that are not the log's own", () => {
  test("the server's statistics and somebody else's events are passed over, however many stand together", async () => {
    const store = open()
    const events = newEvents(3)
    for (const event of events) {
      for (let count = 0; count < 1200; count += 1) server.log.writeStatistics()
      server.log.writeForeign("somebody-elses")
      await store.append([{ stream: newStream(), expectedRevision: 0, events: [event] }])
    }
    for (let count = 0; count < 2500; count += 1) server.log.writeStatistics()
    const seen = await readToHead(store, START, 2)
    expect(idsOf(seen)).toEqual(idsOf(events))
    expect(await store.head()).toBe(seen.at(-1)?.position)
    expect(await open().head()).toBe(seen.at(-1)?.position)
    expect(await store.readStream("somebody-elses")).toEqual([])
    expect(await store.readAll({ after: await store.head(), limit: 10 })).toEqual([])
    const [more] = newEvents(1)
    if (more === undefined) throw new Error("one event")
    await store.append([{ stream: newStream(), expectedRevision: 0, events: [more] }])
    expect(idsOf(await store.readAll({ after: seen.at(-1)?.position ?? START, limit: 10 }))).toEqual([more.id])
  })

  test("a log that holds nothing of ours is empty", async () => {
    server.log.writeStatistics()
    const store = open()
    expect(await store.head()).toBe(START)
    expect(await store.readAll({ after: START, limit: 10 })).toEqual([])
  })

  test("names that belong to the server or to the engine are refused before the wire", async () => {
    const before = server.log.size()
    const verdicts = await open().append([
      { stream: "$stats", expectedRevision: "any", events: newEvents(1) },
      { stream: "muster-log-generation", expectedRevision: "any", events: newEvents(1) },
      { stream: newStream(), expectedRevision: 0, events: [newEvent({ type: "$>" })] },
    ])
    expect(verdicts.map((verdict) => (verdict.ok ? "ok" : verdict.error._tag))).toEqual([
      "PoisonedEvent",
      "PoisonedEvent",
      "PoisonedEvent",
    ])
    expect(server.log.size()).toBe(before)
  })
})

describe.each([true, false])("a reply that is lost, on a server that recognises retries: %s", (isIdempotent) => {
  beforeEach(async () => {
    await stop()
    await start({ isIdempotent })
  })

  test.each([0, "any"] as const)(
    "to an append at %s is settled before the caller hears of it: written once",
    async (expectedRevision) => {
      const store = open()
      const stream = newStream()
      const events = newEvents(2)
      proxy.loseReplyTo(events[1]?.id ?? "")
      const [verdict] = await store.append([{ stream, expectedRevision, events }])
      expect(verdict).toMatchObject({ ok: true, revision: 2 })
      expect(verdict).not.toHaveProperty("alreadyStored")
      expect(idsOf(await store.readStream(stream))).toEqual(idsOf(events))
    },
  )

  test("to an append without a revision is found although others wrote after it", async () => {
    const [store, other] = [open(), openKurrentEventStore({ url: server.url })]
    closers.push(() => other.close())
    const stream = newStream()
    const [event, later] = newEvents(2)
    if (event === undefined || later === undefined) throw new Error("two events")
    let overtaken: unknown
    proxy.loseReplyTo(event.id, async () => {
      overtaken = await other.append([{ stream, expectedRevision: 1, events: [later] }])
    })
    const [verdict] = await store.append([{ stream, expectedRevision: "any", events: [event] }])
    expect(overtaken).toMatchObject([{ ok: true }])
    expect(verdict).toMatchObject({ ok: true, revision: 1 })
    expect(idsOf(await store.readStream(stream))).toEqual(idsOf([event, later]))
  })

  test("a caller's own retry is alreadyStored, on whatever client it comes", async () => {
    const stream = newStream()
    const request = { stream, expectedRevision: 0, events: newEvents(2) }
    const [first] = await open().append([request])
    await open().append([{ stream, expectedRevision: 2, events: newEvents(1) }])
    expect(await open().append([request])).toEqual([{ ...first, alreadyStored: true }])
  })
})

describe("connections", () => {
  test("a read that is cut off in the middle is asked again, never answered with a part", async () => {
    const store = open()
    const stream = newStream()
    const events = Array.from({ length: 200 }, () => newEvent({ data: { text: "x".repeat(1000) } }))
    await store.append([{ stream, expectedRevision: 0, events }])
    proxy.cutClients()
    proxy.cutMidway(2, 100_000)
    expect(idsOf(await store.readStream(stream))).toEqual(idsOf(events))
    proxy.cutClients()
    proxy.cutMidway(2, 100_000)
    expect(idsOf(await store.readAll({ after: START, limit: 1000 }))).toEqual(idsOf(events))
  })

  test("one that nobody answers on is given up for a new one", async () => {
    const store = open()
    const stream = newStream()
    await store.append([{ stream, expectedRevision: 0, events: newEvents(1) }])
    proxy.silenceOpen()
    const events = newEvents(1)
    const appending = store.append([{ stream, expectedRevision: 1, events }])
    const reading = store.head()
    expect(await appending).toMatchObject([{ ok: true, revision: 2 }])
    expect(await reading).not.toBe(START)
    expect(await store.readStream(stream)).toHaveLength(2)
  })

  test("a server that is away is LogUnavailable at the deadline, and found again when it is back", async () => {
    const store = open({ appendDeadlineMillis: 300, readDeadlineMillis: 300 })
    await store.head()
    const { port } = new URL(server.url)
    server.stop()
    const request = { stream: newStream(), expectedRevision: 0, events: newEvents(1) }
    expect(await store.append([request])).toMatchObject([{ ok: false, error: { _tag: "LogUnavailable" } }])
    await expect(store.head()).rejects.toMatchObject({ _tag: "LogUnavailable" })
    server = await startStandIn({ port: Number(port) })
    expect(await open().append([request])).toMatchObject([{ ok: true, revision: 1 }])
    expect(await store.readStream(request.stream)).toHaveLength(1)
  })

  test("an address that cannot be read is LogUnavailable, and its password is told nobody", async () => {
    const store = openKurrentEventStore({ url: "esdb://admin:hunter2@host:port?tls" })
    closers.push(() => store.close())
    const failure: unknown = await store.head().then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(failure).toMatchObject({ _tag: "LogUnavailable" })
    const texts = [failure, (failure as { cause: unknown }).cause].map((error) =>
      JSON.stringify(error, Object.getOwnPropertyNames(error)),
    )
    expect(texts.join(" ")).not.toContain("hunter2")
  })
})

describe("requests that cannot be taken", () => {
  test("more than may wait are Overloaded, and those that wait are stored", async () => {
    const store = open({ queueMaxRequests: 5 })
    const stream = newStream()
    const requests = newEvents(10).map((event) => ({ stream, expectedRevision: "any" as const, events: [event] }))
    const verdicts = await store.append(requests)
    // One is on its way, five wait: they are of one stream.
    expect(verdicts.map((verdict) => (verdict.ok ? "ok" : verdict.error._tag))).toEqual([
      ...Array.from({ length: 6 }, () => "ok"),
      ...Array.from({ length: 4 }, () => "Overloaded"),
    ])
    expect(await store.readStream(stream)).toHaveLength(6)
  })

  test("what is too large for the server is refused alone", async () => {
    const large = Array.from({ length: 6 }, () => newEvent({ data: { text: "x".repeat(EVENT_MAX_BYTES - 1000) } }))
    const verdicts = await open().append([
      { stream: newStream(), expectedRevision: 0, events: large },
      { stream: newStream(), expectedRevision: 0, events: newEvents(1) },
    ])
    expect(verdicts).toMatchObject([{ ok: false, error: { _tag: "PoisonedEvent" } }, { ok: true }])
  })
})

describe("a subscription that waits is woken", () => {
  test.each(["its own client", "another client"])("by an append of %s, without a poll", async (whose) => {
    const reader = open({ pollIntervalMillis: NEVER_MILLIS })
    const writer = whose === "its own client" ? reader : open()
    const ids: string[] = []
    const append = async () => {
      const events = newEvents(1)
      ids.push(...idsOf(events))
      await writer.append([{ stream: newStream(), expectedRevision: 0, events }])
    }
    const seen = collectUntil(reader, START, (events) => events.length >= 5, {
      onBatch: () => {
        if (ids.length < 5) void append()
      },
    })
    await append()
    expect(idsOf(await seen)).toEqual(ids)
  })
})

describe("the generation", () => {
  test("is the same for all clients, also for those that ask first at once, and no part of the log", async () => {
    const generations = await Promise.all([open(), open(), open()].map((store) => store.generation()))
    expect(new Set(generations).size).toBe(1)
    const store = open()
    expect(await store.readAll({ after: START, limit: 10 })).toEqual([])
    expect(await store.readStream("muster-log-generation")).toEqual([])
    expect(await store.head()).toBe(START)
  })

  test("changes when it is rotated, and only then", async () => {
    const store = open()
    const before = await store.generation()
    const rotated = await rotateKurrentGeneration(server.url)
    expect(rotated).not.toBe(before)
    expect(await store.generation()).toBe(rotated)
    expect(await open().generation()).toBe(rotated)
  })
})

describe("the layer", () => {
  const program = (url: string) =>
    Effect.gen(function* () {
      const store = yield* EventStore
      return yield* Effect.promise(() =>
        store.append([{ stream: newStream(), expectedRevision: 0, events: newEvents(1) }]),
      )
    }).pipe(Effect.provide(layerKurrent({ url })))

  test("provides the log", async () => {
    expect(await Effect.runPromise(program(proxy.url))).toMatchObject([{ ok: true, revision: 1 }])
  })

  test("fails the start when the log cannot be had", async () => {
    expect(await Effect.runPromise(Effect.flip(program("nonsense")))).toMatchObject({ _tag: "LogUnavailable" })
  })
})
