import { eventually, startTestRedis, type TestRedis } from "@muster/platform/testing"
import { Effect } from "effect"
import type { Redis } from "ioredis"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { layerTeamBus, openTeamBus, TeamBus, type BusUser, type TeamBus as Bus } from "@muster/team-bus"
import { DEAD_LETTER_RAW_MAX_CHARS, ENTRY_MAX_CHARS } from "#src/limits.ts"
import { keys } from "#src/keys.ts"
import { connect, entriesAt, newMember, newUser, presenceOf, reportOf, silentLog } from "./support/fixtures.ts"

let server: TestRedis
let redis: Redis
let bus: Bus
let user: BusUser
beforeAll(async () => {
  server = await startTestRedis()
})
afterAll(() => server.stop())
beforeEach(async () => {
  redis = await connect(server.url)
  bus = openTeamBus({ url: server.url, log: silentLog })
  await eventually("the bus is up", () => bus.isUp())
  user = newUser(newMember())
  await bus.ensureMembers([user])
  await bus.setGeneration(user.teamId, "g1")
})
afterEach(async () => {
  await bus.close()
  redis.disconnect()
})

const send = (who: BusUser, seq: number) =>
  redis.xadd(keys.outbox(who), "*", "d", JSON.stringify(reportOf(who, seq))) as Promise<string>
const options = { generation: "g1", headPosition: "1000", cap: 1_000 } as const

describe("publishing", () => {
  test("a long list goes in whole and in order", async () => {
    const positions = Array.from({ length: 250 }, (_, n) => String(n + 1))
    expect(await bus.publish(user, entriesAt(user, ...positions), options)).toEqual({
      kind: "published",
      added: 250,
      duplicates: 0,
      consumed: 250,
    })
    expect((await redis.xrange(keys.inbox(user), "-", "+")).map(([id]) => id)).toEqual(positions.map((p) => `${p}-0`))
  })

  test("tells how far it came when the inbox is full, over several batches", async () => {
    const positions = Array.from({ length: 250 }, (_, n) => String(n + 1))
    expect(await bus.publish(user, entriesAt(user, ...positions), { ...options, cap: 130 })).toMatchObject({
      kind: "inbox-full",
      consumed: 130,
    })
  })

  test("names what is wrong with the bus", async () => {
    const [entry] = entriesAt(user, "1")
    const publish = (changes: Partial<typeof options> | { generation: string }) =>
      bus.publish(user, entry === undefined ? [] : [entry], { ...options, ...changes })
    expect(await publish({ generation: "other" })).toEqual({ kind: "generation-lost" })
    await redis.xadd(keys.inbox(user), "5000-0", "d", "foreign")
    expect(await publish({})).toEqual({ kind: "inbox-ahead", lastId: "5000-0" })
    await redis.del(keys.inbox(user))
    expect(await publish({})).toEqual({ kind: "inbox-missing" })
  })

  test("an inbox that was set aside is empty, and takes the same tasks again", async () => {
    await bus.publish(user, entriesAt(user, "1", "2"), options)
    await redis.xadd(keys.inbox(user), "*", "d", "foreign")
    const { setAsideAs } = await bus.quarantine(user)
    expect(await redis.xlen(setAsideAs)).toBe(3)
    expect(await bus.publish(user, entriesAt(user, "1", "2"), options)).toMatchObject({ added: 2 })
  })

  test("tasks that are removed are gone for readers and from the list of pending ones", async () => {
    await bus.publish(user, entriesAt(user, "1", "2"), options)
    await redis.xreadgroup("GROUP", "agent", "c", "COUNT", 1, "STREAMS", keys.inbox(user), ">")
    await bus.removeTasks(user, ["1"])
    expect(await bus.holdsTasks(user, ["1", "2"])).toEqual([false, true])
    expect((await redis.xpending(keys.inbox(user), "agent"))[0]).toBe(0)
    expect(await bus.inboxes([user])).toEqual([{ lastId: "2-0", length: 1 }])
  })

  test("tells what the bound agent may still read from what it took, and from what another one took", async () => {
    await bus.publish(user, entriesAt(user, "1", "2", "3", "4", "5"), options)
    const inbox = keys.inbox(user)
    await redis.xreadgroup("GROUP", "agent", "old", "COUNT", 1, "STREAMS", inbox, ">")
    await redis.xreadgroup("GROUP", "agent", user.incarnation, "COUNT", 3, "STREAMS", inbox, ">")
    await redis.xack(inbox, "agent", "2-0")
    await redis.xdel(inbox, "4-0")
    const places = await bus.whereabouts(user, user.incarnation, ["1", "2", "3", "4", "5", "6"])
    expect(places).toEqual(["taken", "taken", "waiting", "gone", "waiting", "due"])
  })

  test("tells what an inbox that is gone, or was made anew and is not filled, has still to be given", async () => {
    await bus.publish(user, entriesAt(user, "9", "10"), options)
    await redis.del(keys.inbox(user))
    expect(await bus.whereabouts(user, user.incarnation, ["9", "10"])).toEqual(["due", "due"])
    await bus.ensureMembers([user])
    expect(await bus.whereabouts(user, user.incarnation, ["9", "10"])).toEqual(["due", "due"])
    await bus.publish(user, entriesAt(user, "9"), options)
    expect(await bus.whereabouts(user, user.incarnation, ["9", "10"])).toEqual(["waiting", "due"])
  })

  test("tells where control streams stand: one that is gone, one that was cut, one that has all it ever had", async () => {
    expect(await bus.controls([user])).toEqual([{ lastId: undefined, firstId: undefined, hasAll: true }])
    const stream = keys.control(user)
    for (const id of ["1-0", "2-0", "2-1"]) await redis.xadd(stream, id, "d", "{}")
    expect(await bus.controls([user])).toEqual([{ lastId: "2-1", firstId: "1-0", hasAll: true }])
    await redis.xtrim(stream, "MAXLEN", 1)
    expect(await bus.controls([user])).toEqual([{ lastId: "2-1", firstId: "2-1", hasAll: false }])
  })

  test("what replaced consumers had taken is forgotten, what the bound one holds is not", async () => {
    await bus.publish(user, entriesAt(user, "1", "2"), options)
    for (const consumer of ["old", user.incarnation])
      await redis.xreadgroup("GROUP", "agent", consumer, "COUNT", 1, "STREAMS", keys.inbox(user), ">")
    await bus.dropOtherConsumers(user, user.incarnation)
    const consumers = (await redis.xinfo("CONSUMERS", keys.inbox(user), "agent")) as unknown[][]
    expect(consumers.map((fields) => fields[1])).toEqual([user.incarnation])
    expect((await redis.xpending(keys.inbox(user), "agent"))[0]).toBe(1)
  })
})

describe("reading reports", () => {
  test("one read serves the outboxes of all members of all teams", async () => {
    const others = [newUser(newMember(user.teamId)), newUser(newMember())]
    await bus.ensureMembers(others)
    await send(user, 1)
    for (const other of others) await send(other, 1)
    const read = await bus.readReports([user, ...others], { what: "new", blockMillis: 100 })
    expect(new Set(read.map(({ memberId }) => memberId))).toEqual(
      new Set([user, ...others].map(({ memberId }) => memberId)),
    )
  })

  test("what was read and not settled is pending, until it is", async () => {
    const entryId = await send(user, 1)
    await bus.readReports([user], { what: "new", blockMillis: 100 })
    expect(await bus.readReports([user], { what: "pending" })).toMatchObject([{ entryId }])
    await bus.settle([{ ...user, entryId }])
    expect(await bus.readReports([user], { what: "pending" })).toEqual([])
    expect(await redis.xlen(keys.outbox(user))).toBe(0)
  })

  test("an entry that was deleted while it was pending is settled and not handed out", async () => {
    const entryId = await send(user, 1)
    await bus.readReports([user], { what: "new", blockMillis: 100 })
    await redis.xdel(keys.outbox(user), entryId)
    expect(await bus.readReports([user], { what: "pending" })).toEqual([])
    expect((await redis.xpending(keys.outbox(user), "dispatcher"))[0]).toBe(0)
  })

  test("what cannot be understood is handed out with the reason and a bounded body", async () => {
    await redis.xadd(keys.outbox(user), "*", "d", "x".repeat(ENTRY_MAX_CHARS + 1))
    await redis.xadd(keys.outbox(user), "*", "other", "field")
    await redis.xadd(keys.outbox(user), "*", "d", JSON.stringify({ v: 1, seq: 0 }))
    const read = await bus.readReports([user], { what: "new", blockMillis: 100 })
    expect(read).toHaveLength(3)
    for (const entry of read) {
      expect(entry.poison).toBeTypeOf("string")
      expect(entry.envelope === undefined && entry.raw.length).toBeLessThanOrEqual(DEAD_LETTER_RAW_MAX_CHARS)
    }
  })

  test("a missing group is made again, and what was written meanwhile is read", async () => {
    await redis.del(keys.outbox(user))
    await send(user, 1)
    expect(await bus.readReports([user], { what: "new", blockMillis: 100 })).toHaveLength(1)
  })

  test("a waiting read comes back when it is woken", async () => {
    const reading = bus.readReports([user], { what: "new", blockMillis: 30_000 })
    await eventually("it waits", async () => String(await redis.client("LIST")).includes("cmd=xreadgroup"))
    await bus.wakeReader()
    expect(await reading).toEqual([])
  })

  test("so does one that is woken as soon as it has begun", async () => {
    const reading = bus.readReports([user], { what: "new", blockMillis: 30_000 })
    await bus.wakeReader()
    expect(await reading).toEqual([])
  })

  test("so does one that has nobody to read for", async () => {
    const reading = bus.readReports([], { what: "new", blockMillis: 30_000 })
    await bus.wakeReader()
    expect(await reading).toEqual([])
  })
})

describe("presence", () => {
  test("is read for members of several teams; what nobody understands or is too long is none", async () => {
    const [silly, long, away] = [newUser(newMember()), newUser(newMember(user.teamId)), newUser(newMember())]
    await redis.set(keys.presence(user), JSON.stringify(presenceOf(user)))
    await redis.set(keys.presence(silly), "{")
    await redis.set(keys.presence(long), JSON.stringify({ ...presenceOf(long), agentVersion: "x".repeat(100_000) }))
    const found = await bus.presence([silly, user, long, away])
    expect(found.map((one) => one?.value.incarnation)).toEqual([undefined, user.incarnation, undefined, undefined])
  })
})

describe("a member's keys", () => {
  test("all go when it is destroyed", async () => {
    await redis.set(keys.presence(user), "v")
    await bus.control(user, [{ v: 1, kind: "drain" }])
    await bus.deadLetter(user, { stream: "out", entryId: "1-1", reason: "r", raw: "x".repeat(10_000) })
    await bus.destroyMember(user)
    expect(await redis.keys(`*${user.memberId}*`)).toEqual([])
  })

  test("share the hash tag of their team, so that one node of a cluster serves it", () => {
    const all = [keys.inbox(user), keys.control(user), keys.outbox(user), keys.presence(user), keys.deadLetters(user)]
    for (const key of [...all, keys.quarantine(user, 1), keys.generation(user.teamId)])
      expect(key.slice(0, key.indexOf("}") + 1)).toBe(`{muster:${user.teamId}}`)
  })

  test("the body of a control entry can be looked up, bounded", async () => {
    const entryId = (await redis.xadd(keys.control(user), "*", "d", "x".repeat(10_000))) as string
    expect(await bus.bodyOf(user, "ctl", entryId)).toHaveLength(DEAD_LETTER_RAW_MAX_CHARS)
    expect(await bus.bodyOf(user, "ctl", "1-1")).toBeUndefined()
  })
})

describe("the server that is lost", () => {
  test("fails commands with BusUnavailable, and its return and its new run are told", async () => {
    const before = await bus.runId()
    let lost = 0
    let back = 0
    bus.onLost(() => {
      lost += 1
    })
    bus.onBack(() => {
      back += 1
    })
    await server.kill9()
    await eventually("it is noticed", () => !bus.isUp() && lost === 1)
    await expect(bus.runId()).rejects.toMatchObject({ _tag: "BusUnavailable" })
    await expect(bus.readReports([user], { what: "new", blockMillis: 50 })).rejects.toMatchObject({
      _tag: "BusUnavailable",
    })
    await server.restart()
    await eventually("it is back", () => bus.isUp() && back === 1)
    expect(await bus.runId()).not.toBe(before)
  })

  test("no error tells a secret of the address", async () => {
    const url = new URL(server.url)
    url.password = "a-wrong-secret"
    const stranger = openTeamBus({ url: url.toString(), log: silentLog })
    const failure = await eventually("it is refused", () =>
      stranger.runId().then(
        () => undefined,
        (error: Error & { _tag: string }) => error._tag === "BusDenied" && error,
      ),
    )
    expect(JSON.stringify(failure) + failure.message + failure.stack).not.toContain("a-wrong-secret")
    await stranger.close()
  })
})

describe("the layer", () => {
  test("gives a bus and ends its connections with the scope", async () => {
    const ids = await Effect.runPromise(
      Effect.gen(function* () {
        const live = yield* TeamBus
        yield* Effect.promise(() => eventually("the bus is up", () => live.isUp()))
        return yield* Effect.promise(() => live.runId())
      }).pipe(Effect.provide(layerTeamBus({ url: server.url, log: silentLog }))),
    )
    expect(ids).not.toBe("")
  })
})
