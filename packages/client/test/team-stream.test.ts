import { createServer, type Server as HttpServer } from "node:http"
import type { AddressInfo } from "node:net"
import { openTeamStream, type StreamStatus, type Surroundings, type TeamStream } from "@muster/client"
import {
  type ClientToServer,
  type FeedEvent,
  type ServerToClient,
  type SubscribeReply,
  type SubscribeRequest,
  type TeamView,
  teamFeed,
} from "@muster/contracts"
import { emptyTeamView, foldTeamView } from "@muster/projections"
import { Server } from "socket.io"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { deltaOf, eventsBetween, here, snapshotAt, TEAM, viewAt } from "./feed.ts"

const STREAM = teamFeed(TEAM)

/** A server that keeps a feed, says what it is told to, and remembers what it was asked. */
const startServer = async (port = 0) => {
  const http: HttpServer = createServer()
  const io = new Server<ClientToServer, ServerToClient>(http, { transports: ["websocket"] })
  const asked: SubscribeRequest[] = []
  const cookies: (string | undefined)[] = []
  let isMute = false
  let isKnown = true
  let head = 3
  io.use((socket, next) => {
    cookies.push(socket.handshake.headers.cookie)
    next(isKnown ? undefined : new Error("unauthenticated"))
  })
  io.on("connection", (socket) => {
    socket.on("sub", (request, reply) => {
      asked.push(request)
      if (isMute) return
      const answer: SubscribeReply = request.since === null ? snapshotAt(head) : deltaOf(request.since.seq, head)
      reply(answer)
    })
    socket.on("range", ({ after, limit }, reply) => {
      reply({ mode: "range", head, events: eventsBetween(after, Math.min(head, after + limit)) })
    })
  })
  await new Promise<void>((resolve) => http.listen(port, "127.0.0.1", resolve))
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    port: (http.address() as AddressInfo).port,
    asked,
    cookies,
    /** Appends events; only those of `told` are sent. */
    append: (count: number, told: (event: FeedEvent) => boolean = () => true) => {
      const events = eventsBetween(head, head + count)
      head += count
      io.emit("events", { stream: STREAM, events: events.filter(told) })
    },
    emit: io.emit.bind(io),
    beat: () => io.emit("heads", { heads: { [STREAM]: head }, logHead: "9" }),
    cut: () => io.disconnectSockets(true),
    mute: (value: boolean) => void (isMute = value),
    forget: () => void (isKnown = false),
    stop: () => io.close(),
  }
}
type FeedServer = Awaited<ReturnType<typeof startServer>>

/** Resolves when `isSo` holds; looked at after every frame of the stream and every status. */
const makePage = () => {
  let view: TeamView = emptyTeamView()
  let frames = 0
  const statuses: StreamStatus["kind"][] = []
  const waiting = new Set<() => void>()
  const look = () => {
    for (const check of waiting) check()
  }
  return {
    handlers: {
      onState: (next: TeamView) => {
        view = next
        look()
      },
      onEvents: (events: readonly FeedEvent[]) => {
        frames += 1
        view = foldTeamView(view, events)
        look()
      },
      onStatus: ({ kind }: StreamStatus) => {
        statuses.push(kind)
        look()
      },
    },
    view: () => view,
    frames: () => frames,
    statuses,
    until: (isSo: () => boolean): Promise<void> =>
      new Promise((resolve) => {
        const check = () => {
          if (!isSo()) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      }),
  }
}

/** A clock and page events under the test's hand. */
const makeWorld = () => {
  let ahead = 0
  let tick: () => void = () => undefined
  let check: () => void = () => undefined
  const surroundings: Partial<Surroundings> = {
    now: () => Date.now() + ahead,
    random: () => 0,
    everyTick: (run) => {
      tick = run
      return () => undefined
    },
    onCheck: (run) => {
      check = run
      return () => undefined
    },
  }
  return {
    surroundings,
    /** So much time goes by, and the timers run. */
    pass: (millis: number) => {
      ahead += millis
      tick()
    },
    sleep: (millis: number) => {
      ahead += millis
    },
    see: () => check(),
  }
}

let server: FeedServer
let stream: TeamStream | undefined
let page: ReturnType<typeof makePage>
let world: ReturnType<typeof makeWorld>
const open = (options: Partial<Parameters<typeof openTeamStream>[0]> = {}) => {
  stream = openTeamStream({
    teamId: TEAM,
    baseUrl: server.url,
    surroundings: world.surroundings,
    ...page.handlers,
    ...options,
  })
  return stream
}
const turn = () => new Promise((resolve) => setImmediate(resolve))
const isAt = (seq: number) => () => page.view().seq === seq

beforeEach(async () => {
  server = await startServer()
  page = makePage()
  world = makeWorld()
})
afterEach(async () => {
  stream?.close()
  await server.stop()
})

describe("a stream over a real connection", () => {
  test("shows the snapshot, then what comes", async () => {
    open()
    await page.until(isAt(3))
    server.append(2)
    await page.until(isAt(5))
    expect(page.view()).toEqual(viewAt(5))
    expect(page.statuses).toEqual(["catching-up", "live"])
  })

  test("begins with what was shown last time, and asks for the rest alone", async () => {
    const cursor = { ...here(), seq: 2 }
    const own = open({ remembered: Promise.resolve({ cursor, view: viewAt(2) }) })
    await page.until(isAt(3))
    expect(server.asked).toEqual([{ stream: STREAM, since: cursor }])
    expect(page.view()).toEqual(viewAt(3))
    expect(own.shown()).toEqual({ ...here(), seq: 3 })
  })

  test("says where it stands with what was handed out, not with what waits for the next frame", async () => {
    let flush: () => void = () => undefined
    const nextFrame = (run: () => void) => {
      flush = run
      return () => undefined
    }
    const own = open({ surroundings: { ...world.surroundings, nextFrame } })
    while (own.cursor()?.seq !== 3) await turn()
    expect(own.shown()).toBeNull()
    flush()
    expect(own.shown()?.seq).toBe(3)
    server.append(1)
    while (own.cursor()?.seq !== 4) await turn()
    expect(own.shown()?.seq).toBe(3)
  })

  test("hands out what came between two frames in one call", async () => {
    let flush: () => void = () => undefined
    const nextFrame = (run: () => void) => {
      flush = run
      return () => undefined
    }
    const own = open({ surroundings: { ...world.surroundings, nextFrame } })
    await page.until(() => page.statuses.includes("live"))
    flush()
    for (let i = 0; i < 3; i++) server.append(1)
    while (own.cursor()?.seq !== 6) await turn()
    expect(page.frames()).toBe(0)
    flush()
    expect(page.frames()).toBe(1)
    expect(page.view()).toEqual(viewAt(6))
  })

  test("asks for events that got lost as soon as a later one or a heartbeat tells of them", async () => {
    open()
    await page.until(isAt(3))
    server.append(3, (event) => event.seq === 6)
    await page.until(isAt(6))
    server.append(2, () => false)
    server.beat()
    await page.until(isAt(8))
    expect(page.view()).toEqual(viewAt(8))
  })

  test("comes back after a drop with what happened meanwhile, from where it was", async () => {
    open()
    await page.until(isAt(3))
    server.cut()
    await page.until(() => page.statuses.at(-1) === "reconnecting")
    server.append(4)
    world.pass(5_000)
    await page.until(isAt(7))
    expect(server.asked).toMatchObject([{ since: null }, { since: { seq: 3 } }])
    expect(page.view()).toEqual(viewAt(7))
  })

  test("comes back after the server was started anew", async () => {
    open()
    await page.until(isAt(3))
    const { port } = server
    await server.stop()
    await page.until(() => page.statuses.at(-1) === "reconnecting")
    server = await startServer(port)
    server.append(1)
    world.pass(5_000)
    await page.until(isAt(4))
    expect(page.statuses.at(-1)).toBe("live")
  })

  test("makes a new connection when the old one was silent while the page slept", async () => {
    open()
    await page.until(isAt(3))
    server.append(1, () => false)
    world.sleep(60_000)
    world.see()
    await page.until(isAt(4))
    expect(server.asked).toHaveLength(2)
  })

  test("makes a new connection when a subscription is not answered", async () => {
    server.mute(true)
    open()
    while (server.asked.length === 0) await turn()
    server.mute(false)
    world.pass(11_000)
    await page.until(isAt(3))
    expect(server.asked).toHaveLength(2)
  })

  test("ends with the session and begins again after the next sign-in", async () => {
    open()
    await page.until(isAt(3))
    server.emit("bye", { reason: "session-ended" })
    await page.until(() => page.statuses.at(-1) === "session-ended")
    server.append(1)
    stream?.retry()
    await page.until(isAt(4))
    expect(page.statuses.at(-1)).toBe("live")
  })

  test("is told when the server does not know the session", async () => {
    server.forget()
    open()
    await page.until(() => page.statuses.at(-1) === "session-ended")
    expect(page.view()).toEqual(emptyTeamView())
  })

  test("sends the cookie it is given", async () => {
    open({ cookie: () => "muster_session=abc" })
    await page.until(isAt(3))
    expect(server.cookies).toEqual(["muster_session=abc"])
  })

  test("tells of grown output, and of nothing after it was closed", async () => {
    const grown: unknown[] = []
    open({ onOutput: (output) => void grown.push(output) })
    await page.until(isAt(3))
    const output = { taskId: "t", assignmentId: "a", size: 5 }
    server.emit("output", output)
    server.append(1)
    await page.until(isAt(4))
    expect(grown).toEqual([output])
    stream?.close()
    const { length } = page.statuses
    server.append(1)
    world.pass(60_000)
    expect(page.statuses).toHaveLength(length)
    expect(page.view()).toEqual(viewAt(4))
  })
})
