import type { ClientToServer, ServerToClient } from "@muster/contracts"
import { io, type Socket } from "socket.io-client"
import { serveHelper, tellOpener } from "../helper/serve.ts"
import { clockNanos, millisBetween } from "../pacing.ts"
import { percentile, rounded } from "../statistics.ts"

export interface ViewersInput {
  readonly url: string
  readonly viewers: number
  /** The feed to follow; absent: the server sends to everybody unasked. */
  readonly feed: { readonly stream: string; readonly cookie: string } | undefined
}

export interface Delays {
  readonly p50Millis: number
  readonly p99Millis: number
}

type Viewer = Socket<ServerToClient, ClientToServer>

/** Viewers, each with a connection of its own. They tell when all of them have an event, and how long each took. */
serveHelper(async ({ url, viewers, feed }: ViewersInput) => {
  const seen = new Map<string, number>()
  let delays: number[] = []
  let sample: unknown
  const take = (text: string): void => {
    const now = clockNanos()
    const due = text.split(" ", 1)[0] ?? ""
    delays.push(millisBetween(BigInt(due), now))
    const count = (seen.get(due) ?? 0) + 1
    if (count < viewers) seen.set(due, count)
    else {
      seen.delete(due)
      tellOpener(due)
    }
  }
  const open = async (): Promise<Viewer> => {
    const socket: Viewer = io(url, {
      transports: ["websocket"],
      forceNew: true,
      ...(feed === undefined ? {} : { extraHeaders: { cookie: feed.cookie, origin: url } }),
    })
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", () => resolve())
      socket.once("connect_error", reject)
    })
    socket.on("events", (message) => {
      for (const { type, data } of message.events)
        if (type === "ChatMessagePosted") {
          sample ??= message
          take(String((data as { readonly text: unknown }).text))
        }
    })
    if (feed !== undefined) {
      const reply = await socket.emitWithAck("sub", { stream: feed.stream, since: null })
      if (reply.mode === "refused") throw new Error(`a viewer was refused: ${reply.problem.title}`)
    }
    return socket
  }
  const sockets = await Promise.all(Array.from({ length: viewers }, open))
  return {
    handlers: {
      sample: () => sample,
      /** Since it was last asked. */
      delays: (): Delays => {
        const own = delays
        delays = []
        return { p50Millis: rounded(percentile(own, 0.5)), p99Millis: rounded(percentile(own, 0.99)) }
      },
      forget: () => {
        delays = []
      },
    },
    stop: async () => {
      for (const socket of sockets) socket.close()
    },
  }
})
