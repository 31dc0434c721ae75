import type {
  ClientToServer,
  FeedEvent,
  RangeReply,
  RangeRequest,
  ServerToClient,
  SubscribeReply,
  SubscribeRequest,
} from "@muster/contracts"
import { io, type Socket } from "socket.io-client"
import { CONNECT_TIMEOUT_MILLIS } from "#src/limits.ts"

/** What a connection tells. Nothing comes after `close` was called, or after `onClosed`. */
export interface ConnectionHandlers {
  readonly onOpen: () => void
  readonly onClosed: (reason: { readonly isUnauthenticated: boolean }) => void
  readonly onEvents: (stream: string, events: readonly FeedEvent[]) => void
  readonly onHeads: (heads: Readonly<Record<string, number>>) => void
  readonly onOutput: (grown: OutputGrown) => void
  readonly onBye: (reason: "session-ended" | "shutting-down") => void
}

export interface OutputGrown {
  readonly taskId: string
  readonly assignmentId: string
  readonly size: number
}

/** One connection: it is opened by making it, and never opens a second time. */
export interface Connection {
  readonly subscribe: (request: SubscribeRequest, reply: (reply: SubscribeReply) => void) => void
  readonly range: (request: typeof RangeRequest.Type, reply: (reply: RangeReply) => void) => void
  readonly close: () => void
}

/** Makes connections; tests hand in their own. */
export type Connect = (handlers: ConnectionHandlers) => Connection

export interface SocketOptions {
  /** Such as `http://localhost:7400`; "" for the page's own origin. */
  readonly baseUrl: string
  /** Outside browsers: the Cookie header to send. */
  readonly cookie?: (() => string | undefined) | undefined
}

/** Why the server refused the connection, if it said so. */
const isUnauthenticated = (error: Error): boolean => error.message === "unauthenticated"

/** Connections over socket.io, WebSocket only. It never reconnects by itself and never keeps what could not be sent. */
export const socketConnect =
  ({ baseUrl, cookie }: SocketOptions): Connect =>
  (handlers) => {
    const ownCookie = cookie?.()
    const socket: Socket<ServerToClient, ClientToServer> = io(baseUrl === "" ? undefined : baseUrl, {
      path: "/socket.io",
      transports: ["websocket"],
      reconnection: false,
      forceNew: true,
      timeout: CONNECT_TIMEOUT_MILLIS,
      withCredentials: true,
      ...(ownCookie === undefined ? {} : { extraHeaders: { cookie: ownCookie } }),
    })
    let isClosed = false
    const closed = (reason: { readonly isUnauthenticated: boolean }): void => {
      if (isClosed) return
      isClosed = true
      socket.disconnect()
      handlers.onClosed(reason)
    }
    const unlessClosed =
      <A extends readonly unknown[]>(handle: (...args: A) => void) =>
      (...args: A): void => {
        if (!isClosed) handle(...args)
      }
    socket.on("connect", unlessClosed(handlers.onOpen))
    socket.on("connect_error", (error) => closed({ isUnauthenticated: isUnauthenticated(error) }))
    socket.on("disconnect", () => closed({ isUnauthenticated: false }))
    socket.on(
      "events",
      unlessClosed(({ stream, events }) => handlers.onEvents(stream, events)),
    )
    socket.on(
      "heads",
      unlessClosed(({ heads }) => handlers.onHeads(heads)),
    )
    socket.on("output", unlessClosed(handlers.onOutput))
    socket.on(
      "bye",
      unlessClosed(({ reason }) => handlers.onBye(reason)),
    )
    return {
      // Volatile: a question that cannot be sent now is asked anew on the next connection, never from a queue.
      subscribe: (request, reply) => void socket.volatile.emit("sub", request, unlessClosed(reply)),
      range: (request, reply) => void socket.volatile.emit("range", request, unlessClosed(reply)),
      close: () => {
        isClosed = true
        socket.disconnect()
      },
    }
  }
