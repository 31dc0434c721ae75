import type { IncomingMessage, Server as HttpServer } from "node:http"
import { type ClientToServer, HEARTBEAT_MILLIS, type ServerToClient } from "@muster/contracts"
import type { EventStore } from "@muster/event-store"
import type { OperationalState } from "@muster/operational-state"
import { metrics } from "@muster/platform"
import type { ReadModels } from "@muster/read-models"
import { type DefaultEventsMap, Server, type Socket } from "socket.io"
import type { OutputGrown } from "#src/handlers/desk.ts"
import { authenticate } from "#src/http/authenticate.ts"
import type { Authorize } from "#src/http/authorize.ts"
import type { PersonSubject } from "#src/http/calls.ts"
import { toProblem } from "#src/http/faults.ts"
import { isSameOrigin } from "#src/http/origins.ts"
import { ProblemError, toDocument } from "#src/http/problem.ts"
import { sessionIdOf } from "#src/http/session-cookie.ts"
import {
  ROOMS_PER_SOCKET_MAX,
  SOCKET_BUFFER_MAX_BYTES,
  SOCKET_MESSAGE_MAX_BYTES,
  SOCKET_PING_INTERVAL_MILLIS,
  SOCKET_PING_TIMEOUT_MILLIS,
  SOCKET_REQUESTS_IN_FLIGHT_MAX,
} from "#src/limits.ts"
import { makeAnswers, refusal } from "#src/live/answers.ts"
import { makeRooms } from "#src/live/rooms.ts"
import { isTooSlow } from "#src/live/slow.ts"
import type { Log } from "#src/logger.ts"

interface SocketData {
  sessionId: string
  subject: PersonSubject
  inFlight: number
}
type Live = Server<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>
type LiveSocket = Socket<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>

export interface LiveFeedOptions {
  readonly server: HttpServer
  readonly log: EventStore
  readonly reads: ReadModels
  readonly state: OperationalState
  readonly authorize: Authorize
  readonly logger: Log
  readonly generation: string
  readonly isKnownHost: (host: string | undefined) => boolean
  /** For tests. */
  readonly heartbeatMillis?: number
  readonly bufferMaxBytes?: number
}

export interface LiveFeed {
  readonly tellOutput: (grown: OutputGrown) => void
  readonly endSession: (sessionId: string) => void
  /** Says good-bye to everybody. */
  readonly close: () => Promise<void>
}

const connections = metrics.gauge({ name: "muster_live_connections", help: "Viewers connected to the live feed" })
const cutOff = metrics.counter({ name: "muster_live_slow_total", help: "Viewers cut off because they were too slow" })

const bye = (socket: LiveSocket, reason: "session-ended" | "shutting-down"): void => {
  socket.emit("bye", { reason })
  socket.disconnect(true)
}

/** Rooms other than the one that every connection has for itself. */
const feedsOf = (socket: LiveSocket): readonly string[] => [...socket.rooms].filter((room) => room !== socket.id)

/** The live feed on the HTTP server: WebSocket only, server to client but for questions of where to begin. */
export const startLiveFeed = (options: LiveFeedOptions): LiveFeed => {
  const { server, log, reads, state, authorize, logger, generation, isKnownHost } = options
  const { heartbeatMillis = HEARTBEAT_MILLIS, bufferMaxBytes = SOCKET_BUFFER_MAX_BYTES } = options
  const io: Live = new Server(server, {
    path: "/socket.io",
    serveClient: false,
    transports: ["websocket"],
    maxHttpBufferSize: SOCKET_MESSAGE_MAX_BYTES,
    pingInterval: SOCKET_PING_INTERVAL_MILLIS,
    pingTimeout: SOCKET_PING_TIMEOUT_MILLIS,
    allowRequest: (request: IncomingMessage, decide) =>
      decide(null, isKnownHost(request.headers.host) && isSameOrigin(request.headers)),
  })
  const answers = makeAnswers({ reads, authorize, generation })
  const dropIfSlow = (socket: LiveSocket): void => {
    if (!isTooSlow(socket, bufferMaxBytes)) return
    cutOff.inc()
    logger.warn({ userId: socket.data.subject.userId }, "a viewer was too slow and is cut off")
    socket.conn.close(true)
  }
  const rooms = makeRooms({
    reads,
    log: logger,
    emit: (feed, events) => {
      io.to(feed).emit("events", { stream: feed, events })
      for (const id of io.of("/").adapter.rooms.get(feed) ?? []) {
        const socket = io.sockets.sockets.get(id)
        if (socket !== undefined) dropIfSlow(socket)
      }
    },
  })
  io.of("/").adapter.on("delete-room", rooms.close)
  const unsubscribe = reads.onAdvance((_position, feeds) => {
    for (const [feed, seq] of feeds) rooms.wake(feed, seq)
  })

  /** Undefined: come in. Otherwise the error that the client sees, with the problem in `data`. */
  const admit = async (socket: LiveSocket): Promise<Error | undefined> => {
    const sessionId = sessionIdOf(socket.handshake.headers.cookie)
    try {
      const subject = await authenticate(state, sessionId)
      socket.data = { sessionId: sessionId ?? "", subject, inFlight: 0 }
      return undefined
    } catch (error) {
      const problem = toProblem(error)
      return Object.assign(new Error(problem.problem), { data: toDocument(problem) })
    }
  }
  io.use((socket, next) => {
    const decide = async () => next(await admit(socket))
    void decide()
  })

  /** Answers one question of a viewer, never with an exception. */
  const answer = async <R>(socket: LiveSocket, reply: unknown, work: () => Promise<R>): Promise<void> => {
    if (typeof reply !== "function") return
    let result: R | ReturnType<typeof refusal>
    socket.data.inFlight += 1
    try {
      if (socket.data.inFlight > SOCKET_REQUESTS_IN_FLIGHT_MAX) throw new ProblemError("too-many-requests")
      result = await work()
    } catch (error) {
      const problem = toProblem(error)
      if (problem.problem === "internal") logger.error({ err: error }, "a live request failed")
      result = refusal(problem)
    } finally {
      socket.data.inFlight -= 1
    }
    reply(result)
  }

  const follow = async (socket: LiveSocket, stream: string): Promise<void> => {
    if (!socket.rooms.has(stream) && feedsOf(socket).length >= ROOMS_PER_SOCKET_MAX)
      throw new ProblemError("too-many-requests", `One connection follows at most ${ROOMS_PER_SOCKET_MAX} streams.`)
    await socket.join(stream)
    await rooms.open(stream, socket.data.subject)
  }

  io.on("connection", (socket) => {
    connections.set(io.sockets.sockets.size)
    socket.on("disconnect", () => connections.set(io.sockets.sockets.size))
    socket.on("sub", (request, reply) => {
      void answer(socket, reply, () =>
        answers.subscribe(socket.data.subject, request, (stream) => follow(socket, stream)),
      )
    })
    socket.on("range", (request, reply) => {
      void answer(socket, reply, () => answers.range(socket.data.subject, request))
    })
    socket.on("unsub", (request: { readonly stream?: unknown } | null) => {
      if (typeof request?.stream === "string" && request.stream !== socket.id) void socket.leave(request.stream)
    })
  })

  let logHead = "0"
  const endDeadSessions = async (): Promise<void> => {
    const sockets = [...io.sockets.sockets.values()]
    const ids = [...new Set(sockets.map((socket) => socket.data.sessionId))]
    const found = await Promise.all(ids.map((id) => state.sessions.peek(id)))
    const dead = new Set(ids.filter((_, index) => found[index] === undefined))
    for (const socket of sockets) if (dead.has(socket.data.sessionId)) bye(socket, "session-ended")
  }
  const lookAtLog = async (): Promise<void> => {
    logHead = await log.head()
  }
  const beat = async (): Promise<void> => {
    const work = await Promise.allSettled([rooms.look(), endDeadSessions(), lookAtLog()])
    for (const part of work)
      if (part.status === "rejected") logger.warn({ err: part.reason }, "the heartbeat of the live feed is incomplete")
    const heads = rooms.heads()
    for (const socket of io.sockets.sockets.values()) {
      const own = Object.fromEntries(feedsOf(socket).map((feed) => [feed, heads.get(feed) ?? 0]))
      socket.volatile.emit("heads", { heads: own, logHead })
      dropIfSlow(socket)
    }
  }
  let beating: Promise<void> | undefined
  const timer = setInterval(() => {
    beating ??= beat().finally(() => {
      beating = undefined
    })
  }, heartbeatMillis)

  return {
    tellOutput: ({ teamId, ...grown }) => void io.to(`team:${teamId}`).volatile.emit("output", grown),
    endSession: (sessionId) => {
      for (const socket of io.sockets.sockets.values())
        if (socket.data.sessionId === sessionId) bye(socket, "session-ended")
    },
    close: async () => {
      clearInterval(timer)
      unsubscribe()
      for (const socket of io.sockets.sockets.values()) bye(socket, "shutting-down")
      await beating
      await rooms.settled()
      io.engine.close()
    },
  }
}
