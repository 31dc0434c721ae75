import {
  type ClientToServer,
  type Cursor,
  DELTA_MAX_EVENTS,
  type FeedEvent,
  type RangeReply,
  type ServerToClient,
  type SubscribeReply,
  teamFeed,
} from "@muster/contracts"
import { EventId, fact, streams, TeamId, toNewEvents } from "@muster/domain"
import { foldTeamView } from "@muster/projections"
import { io, type Socket } from "socket.io-client"
import { v7 } from "uuid"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { SOCKET_REQUESTS_IN_FLIGHT_MAX, ROOMS_PER_SOCKET_MAX } from "#src/limits.ts"
import { type Edge, signIn, startEdge } from "./support/edge.ts"
import { addMember, foreigner, type House, newTeam, openHouse } from "./support/house.ts"

type Viewer = Socket<ServerToClient, ClientToServer>

let house: House
let team: string
let feed: string
const viewers: Viewer[] = []
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())
beforeEach(async () => {
  team = await newTeam(house)
  feed = teamFeed(team.slice("/teams/".length))
})
afterEach(() => {
  for (const viewer of viewers.splice(0)) viewer.disconnect()
})

const connect = (
  cookie: string | undefined,
  { at = house.edge, headers = {} }: { at?: Edge; headers?: object } = {},
) => {
  const viewer: Viewer = io(at.url, {
    transports: ["websocket"],
    forceNew: true,
    reconnection: false,
    extraHeaders: { ...(cookie === undefined ? {} : { cookie }), ...headers },
  })
  viewers.push(viewer)
  return viewer
}
const subscribe = (viewer: Viewer, since: Cursor | null, stream = feed) =>
  new Promise<SubscribeReply>((resolve) => viewer.emit("sub", { stream, since }, resolve))
const range = (viewer: Viewer, after: number, limit: number) =>
  new Promise<RangeReply>((resolve) => viewer.emit("range", { stream: feed, after, limit }, resolve))
/** All events that come, until one has this number. */
const until = (viewer: Viewer, seq: number) =>
  new Promise<readonly FeedEvent[]>((resolve) => {
    const got: FeedEvent[] = []
    viewer.on("events", ({ events }) => {
      got.push(...events)
      if (events.some((event) => event.seq >= seq)) resolve(got)
    })
  })
const next = <E extends keyof ServerToClient>(viewer: Viewer, name: E) =>
  new Promise<Parameters<ServerToClient[E]>[0]>((resolve) => {
    const once = viewer.once.bind(viewer) as (name: string, handle: (message: never) => void) => void
    once(name, (message: Parameters<ServerToClient[E]>[0]) => resolve(message))
  })
const refusedConnection = (viewer: Viewer) =>
  new Promise<Error & { data?: { status: number } }>((resolve) => viewer.on("connect_error", resolve))
const cursorOf = (reply: SubscribeReply, seq: number): Cursor => {
  if (reply.mode === "refused") throw new Error("refused")
  return { generation: reply.generation, feedVersion: reply.feedVersion, seq }
}
const caughtUp = async () => house.floor.reads.waitFor(await house.floor.log.head(), 5_000)

/** Many events of the team at once. */
const flood = async (count: number, description = "") => {
  const teamId = TeamId.make(team.slice("/teams/".length))
  const [created] = await house.floor.log.readStream(streams.team(teamId), { limit: 1 })
  if (created === undefined) throw new Error("no team")
  for (let from = 0; from < count; from += 100) {
    const facts = Array.from({ length: Math.min(100, count - from) }, (_, index) =>
      fact("TeamEdited", { profile: { name: `name ${from + index}`, description } }),
    )
    const events = toNewEvents(facts, created.meta, () => EventId.make(v7()))
    const [verdict] = await house.floor.log.append([{ stream: streams.team(teamId), expectedRevision: "any", events }])
    if (verdict?.ok !== true) throw new Error("not recorded")
  }
}

describe("a subscription", () => {
  test("begins with a snapshot and goes on with what comes, without a gap", async () => {
    await caughtUp()
    const viewer = connect(house.owner)
    const reply = await subscribe(viewer, null)
    if (reply.mode !== "snapshot") throw new Error(reply.mode)
    expect(reply).toMatchObject({ asOf: 1, head: 1, state: { seq: 1, team: { name: "Docs" } } })
    const coming = until(viewer, 4)
    for (const handle of ["ann", "bob", "cid"]) await addMember(house, team, handle)
    const events = await coming
    expect(events.map(({ seq }) => seq)).toEqual([2, 3, 4])
    const view = foldTeamView(reply.state, events)
    expect(Object.values(view.members).map(({ handle }) => handle)).toEqual(["ann", "bob", "cid"])
  })

  test("that is made while everything moves misses nothing", async () => {
    const viewer = connect(house.owner)
    const got = new Set<number>()
    viewer.on("events", ({ events }) => {
      for (const { seq } of events) got.add(seq)
    })
    const writing = flood(400)
    const reply = await subscribe(viewer, null)
    if (reply.mode !== "snapshot") throw new Error(reply.mode)
    await writing
    await caughtUp()
    const { seq: head } = await house.floor.reads.feed.head(feed)
    while (!got.has(head) && reply.asOf < head) await new Promise((resolve) => setImmediate(resolve))
    const missing = Array.from({ length: head - reply.asOf }, (_, i) => reply.asOf + 1 + i).filter((s) => !got.has(s))
    expect(head).toBe(401)
    expect(missing).toEqual([])
  })

  test("goes on from a cursor with exactly what came after it", async () => {
    const first = await subscribe(connect(house.owner), null)
    await addMember(house, team, "ann")
    await addMember(house, team, "bob")
    await caughtUp()
    const reply = await subscribe(connect(house.owner), cursorOf(first, 1))
    expect(reply).toMatchObject({ mode: "delta", head: 3, events: [{ seq: 2 }, { seq: 3 }] })
  })

  test("from a cursor of another generation or version, from the future or from far behind gets a snapshot", async () => {
    const first = await subscribe(connect(house.owner), null)
    const cursor = cursorOf(first, 1)
    const viewer = connect(house.owner)
    for (const stale of [
      { ...cursor, generation: "another" },
      { ...cursor, feedVersion: cursor.feedVersion + 1 },
      { ...cursor, seq: 99 },
    ])
      expect(await subscribe(viewer, stale)).toMatchObject({ mode: "snapshot" })
    await flood(DELTA_MAX_EVENTS + 1)
    await caughtUp()
    expect(await subscribe(viewer, { ...cursor, seq: 2 })).toMatchObject({ mode: "delta" })
    expect(await subscribe(viewer, cursor)).toMatchObject({ mode: "snapshot", asOf: DELTA_MAX_EVENTS + 2 })
  })

  test("of a team that is so new that the read models do not have it begins with nothing", async () => {
    house.floor.projecting.hold()
    const fresh = await newTeam(house)
    const viewer = connect(house.owner)
    const stream = teamFeed(fresh.slice("/teams/".length))
    expect(await subscribe(viewer, null, stream)).toMatchObject({ mode: "snapshot", asOf: 0, state: { team: null } })
    const coming = until(viewer, 1)
    house.floor.projecting.go()
    expect(await coming).toMatchObject([{ seq: 1, type: "TeamCreated" }])
  })

  test("ends with unsub", async () => {
    await caughtUp()
    const [leaving, staying] = [connect(house.owner), connect(house.owner)]
    await Promise.all([subscribe(leaving, null), subscribe(staying, null)])
    const got: unknown[] = []
    leaving.on("events", (message) => got.push(message))
    leaving.emit("unsub", { stream: feed })
    await range(leaving, 0, 1)
    const coming = until(staying, 2)
    await addMember(house, team, "ann")
    await coming
    await range(leaving, 0, 1)
    expect(got).toEqual([])
  })
})

describe("a range", () => {
  test("answers with the events after a number, in order", async () => {
    await flood(600)
    await caughtUp()
    const viewer = connect(house.owner)
    const reply = await range(viewer, 4, 3)
    expect(reply).toMatchObject({ mode: "range", head: 601, events: [{ seq: 5 }, { seq: 6 }, { seq: 7 }] })
    const most = await range(viewer, 0, 100_000)
    expect(most.mode === "range" && most.events.length).toBe(500)
  })
})

describe("the door of the live feed", () => {
  test("refuses who is not signed in", async () => {
    for (const cookie of [undefined, `muster_session=${"A".repeat(43)}`]) {
      const error = await refusedConnection(connect(cookie))
      expect(error.message).toBe("unauthenticated")
      expect(error.data?.status).toBe(401)
    }
  })

  test("refuses pages of other origins, and lets our own in", async () => {
    expect(
      (await refusedConnection(connect(house.owner, { headers: { origin: "https://evil.example" } }))).message,
    ).toBe("websocket error")
    const own = connect(house.owner, { headers: { origin: house.edge.url } })
    expect(await subscribe(own, null)).toMatchObject({ mode: "snapshot" })
  })

  test("does not know teams of another organisation, nor ones that never were", async () => {
    const viewer = connect(await foreigner(house))
    const replies = [await subscribe(viewer, null), await subscribe(viewer, null, teamFeed(v7()))]
    for (const reply of replies) expect(reply).toMatchObject({ mode: "refused", problem: { status: 404 } })
    expect(await range(viewer, 0, 5)).toMatchObject({ mode: "refused", problem: { status: 404 } })
    const got: unknown[] = []
    viewer.on("events", (message) => got.push(message))
    const ours = connect(house.owner)
    await subscribe(ours, null)
    const coming = until(ours, 2)
    await addMember(house, team, "ann")
    await coming
    await range(viewer, 0, 5)
    expect(got).toEqual([])
  })

  test("refuses questions that are none, and survives them", async () => {
    const viewer = connect(house.owner)
    const ask = (name: string, ...args: unknown[]) =>
      new Promise<{ mode: string; problem: { status: number } }>((resolve) => {
        const emit = viewer.emit.bind(viewer) as (name: string, ...args: unknown[]) => void
        emit(name, ...args, resolve)
      })
    for (const request of [
      null,
      7,
      {},
      { stream: "team:x", since: null },
      { stream: feed },
      { stream: feed, since: 3 },
    ])
      expect(await ask("sub", request)).toMatchObject({ mode: "refused", problem: { status: 422 } })
    const emit = viewer.emit.bind(viewer) as (name: string, ...args: unknown[]) => void
    emit("sub", { stream: feed, since: null })
    emit("unsub", null)
    emit("unsub", { stream: viewer.id })
    emit("nothing we know", 1)
    expect(await subscribe(viewer, null)).toMatchObject({ mode: "snapshot" })
  })

  test("bounds how much one connection asks for", async () => {
    const viewer = connect(house.owner)
    await subscribe(viewer, null)
    const many = await Promise.all(Array.from({ length: SOCKET_REQUESTS_IN_FLIGHT_MAX * 4 }, () => range(viewer, 0, 5)))
    expect(new Set(many.map(({ mode }) => mode))).toEqual(new Set(["range", "refused"]))
    const created = await Promise.all(Array.from({ length: ROOMS_PER_SOCKET_MAX }, () => newTeam(house)))
    const replies: SubscribeReply[] = []
    for (const path of created) replies.push(await subscribe(viewer, null, teamFeed(path.slice("/teams/".length))))
    expect(replies.filter(({ mode }) => mode === "refused")).toHaveLength(1)
  })
})

describe("a connection", () => {
  test("hears how far its feeds and the log are, though nothing happens", async () => {
    await caughtUp()
    const viewer = connect(house.owner)
    await subscribe(viewer, null)
    const { heads, logHead } = await next(viewer, "heads")
    expect(heads).toEqual({ [feed]: 1 })
    expect(logHead).toBe(await house.floor.log.head())
  })

  test("ends with a good-bye when its session ends, at once and on every process", async () => {
    const other = await startEdge(house.floor)
    const cookie = await signIn(house.floor, house.edge, "Bo", "operator")
    const [here, there] = [connect(cookie), connect(cookie, { at: other })]
    await Promise.all([subscribe(here, null), subscribe(there, null)])
    const byes = Promise.all([next(here, "bye"), next(there, "bye")])
    const gone = Promise.all([here, there].map((v) => new Promise((resolve) => v.on("disconnect", resolve))))
    await house.as(cookie).del("/session")
    expect(await byes).toEqual([{ reason: "session-ended" }, { reason: "session-ended" }])
    await gone
    await other.close()
  })

  test("ends with a good-bye when the process stops", async () => {
    const other = await startEdge(house.floor)
    const viewer = connect(house.owner, { at: other })
    await subscribe(viewer, null)
    const bye = next(viewer, "bye")
    await other.close()
    expect(await bye).toEqual({ reason: "shutting-down" })
  })

  test("that does not read is cut off before it costs more memory than we keep", async () => {
    const small = await startEdge(house.floor, { bufferMaxBytes: 64 * 1024, heartbeatMillis: 3_600_000 })
    const viewer = connect(house.owner, { at: small })
    await subscribe(viewer, null)
    const closed = new Promise((resolve) => viewer.on("disconnect", resolve))
    const manager = viewer.io as unknown as { engine: { transport: { ws: { pause: () => void; resume: () => void } } } }
    manager.engine.transport.ws.pause()
    await flood(8_000, "x".repeat(2_000))
    await caughtUp()
    const isCut = () => house.floor.lines.some(({ message }) => message.includes("too slow"))
    while (!isCut()) await new Promise((resolve) => setImmediate(resolve))
    manager.engine.transport.ws.resume()
    await closed
    await small.close()
  })

  test("on every process gets what was written through another one", async () => {
    await caughtUp()
    const other = await startEdge(house.floor)
    const viewer = connect(house.owner, { at: other })
    await subscribe(viewer, null)
    const coming = until(viewer, 2)
    await addMember(house, team, "ann")
    expect(await coming).toMatchObject([{ seq: 2, type: "MemberAdded" }])
    await other.close()
  })
})
