import type { IncomingMessage, Server as HttpServer } from "node:http"
import type {
  ClientToServer,
  Cursor,
  FeedEvent,
  ServerToClient,
  SubscribeReply,
  SubscribeRequest,
  TeamView,
} from "@muster/contracts"
import { DELTA_MAX_EVENTS, FEED_VERSION, teamFeed } from "@muster/contracts"
import { emptyTeamView, foldTeamView } from "@muster/projections"
import { Server } from "socket.io"
import { CLOSING, feedOf, teamIdOf } from "../support/history.ts"
import type { Answer, Mood } from "./fake-answers.ts"
import { NOT_FOUND, UNAVAILABLE, makeAnswers } from "./fake-answers.ts"

/** What becomes of events on their way: the messages that arrive, in their order. */
export type Delivery = (events: ReadonlyArray<FeedEvent>) => ReadonlyArray<ReadonlyArray<FeedEvent>>

/** One team with a life that the product could have written, served as the control plane serves it. */
export interface FakeMuster {
  readonly teamId: string
  readonly view: () => TeamView
  readonly isSignedIn: () => boolean
  readonly setSignedIn: (isSignedIn: boolean) => void
  readonly setMood: (mood: Mood) => void
  /** Answers a GET below /api/v1. */
  readonly answer: (request: IncomingMessage) => Answer
  /** Lets the next events of the history happen. They arrive as one message, unless something else becomes of them. */
  readonly happen: (count: number, deliver?: Delivery) => void
  /** Tells how far the feed reaches, as the product does every ten seconds. */
  readonly beat: () => void
  /** Drops every live connection. */
  readonly cut: () => void
  /** From now on what is read is so many events behind what is sent: a replica that lags. */
  readonly setLag: (events: number) => void
  /** Brings the log back from a copy with so many events: the same life, but every cursor is worthless. */
  readonly restore: (events: number) => void
  /** What was asked on live connections so far. */
  readonly asked: () => ReadonlyArray<SubscribeRequest>
  /** Ends the session of everybody who follows. */
  readonly endSession: () => void
  readonly attach: (server: HttpServer) => void
  readonly close: () => Promise<void>
}

export interface FakeOptions {
  /** Steps of the made-up life, and how many of its events have happened at first. */
  readonly steps: number
  readonly happened?: number
}

/** As the product sends events that were recorded together. */
const together: Delivery = (events) => [events]

export function fakeMuster({ steps, happened }: FakeOptions): FakeMuster {
  // The pages are judged with a team that takes commands.
  const life = feedOf(steps, 1, CLOSING)
  const teamId = teamIdOf(life)
  const founded = 1 + life.findIndex((event) => event.type === "TeamCreated")
  const asked: Array<SubscribeRequest> = []
  let events = happened ?? life.length
  if (events > life.length) throw new RangeError(`the life has ${life.length} events only`)
  let isSignedIn = true
  let mood: Mood = "full"
  let lag = 0
  let lives = 1
  let io: Server<ClientToServer, ServerToClient> | undefined

  const known = () => (mood === "empty" ? founded : events)
  const read = () => Math.max(0, known() - lag)
  const viewAt = (seq: number) => foldTeamView(emptyTeamView(), life.slice(0, seq))
  const answers = makeAnswers({ teamId, life, known, mood: () => mood, isSignedIn: () => isSignedIn })
  const here = () => ({ generation: `fake-${lives}`, feedVersion: FEED_VERSION, head: known() })

  const reply = (since: Cursor | null): SubscribeReply => {
    const isOurs = since?.generation === here().generation && since.feedVersion === FEED_VERSION
    if (since !== null && isOurs && since.seq <= read() && read() - since.seq <= DELTA_MAX_EVENTS)
      return { mode: "delta", ...here(), events: life.slice(since.seq, read()) }
    const state = viewAt(read())
    return { mode: "snapshot", ...here(), asOf: state.seq, state }
  }
  const cut = () => io?.disconnectSockets(true)

  return {
    teamId,
    view: () => viewAt(known()),
    isSignedIn: () => isSignedIn,
    setSignedIn: (next) => (isSignedIn = next),
    setMood: (next) => (mood = next),
    answer: answers,
    happen: (count, deliver = together) => {
      if (events + count > life.length) throw new RangeError(`the life has ${life.length} events only`)
      const more = life.slice(events, events + count)
      events += more.length
      for (const message of deliver(more)) io?.emit("events", { stream: teamFeed(teamId), events: message })
    },
    beat: () =>
      io?.emit("heads", { heads: { [teamFeed(teamId)]: known() }, logHead: life[known() - 1]?.position ?? "0" }),
    cut,
    setLag: (next) => (lag = next),
    restore: (count) => {
      lives += 1
      events = Math.min(events, count)
      cut()
    },
    asked: () => asked,
    endSession: () => {
      isSignedIn = false
      io?.emit("bye", { reason: "session-ended" })
      cut()
    },
    attach: (server) => {
      io = new Server(server, { path: "/socket.io", serveClient: false, transports: ["websocket"] })
      io.use((_, next) => next(isSignedIn ? undefined : new Error("unauthenticated")))
      io.on("connection", (socket) => {
        socket.on("sub", (request, answer) => {
          // The list of what waits: it does not change here, so its stream has nothing to tell.
          const isOfTeam = !request.stream.startsWith("needs:")
          if (isOfTeam) asked.push(request)
          if (mood === "loading") return undefined
          if (mood === "error") return answer({ mode: "refused", problem: UNAVAILABLE })
          if (!isOfTeam) return answer({ mode: "snapshot", ...here(), head: 0, asOf: 0, state: emptyTeamView() })
          if (request.stream !== teamFeed(teamId)) return answer({ mode: "refused", problem: NOT_FOUND })
          return answer(reply(request.since))
        })
        socket.on("range", ({ after, limit }, answer) =>
          answer({ mode: "range", head: known(), events: life.slice(after, Math.min(read(), after + limit)) }),
        )
      })
    },
    close: () => new Promise((resolve) => (io === undefined ? resolve() : void io.close(() => resolve()))),
  }
}
