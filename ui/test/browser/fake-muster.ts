import type { IncomingMessage, Server as HttpServer } from "node:http"
import type { ClientToServer, FeedEvent, ServerToClient, TeamView } from "@muster/contracts"
import { FEED_VERSION, teamFeed } from "@muster/contracts"
import { emptyTeamView, entityId, foldTeamView } from "@muster/projections"
import { Server } from "socket.io"
import { CLOSING, feedOf, teamIdOf } from "../support/history.ts"

/** One team with a life that the product could have written, served as the control plane serves it. */
export interface FakeMuster {
  readonly teamId: string
  readonly view: () => TeamView
  readonly isSignedIn: () => boolean
  readonly setSignedIn: (isSignedIn: boolean) => void
  /** Answers a GET below /api/v1; undefined for what it does not know. */
  readonly answer: (request: IncomingMessage) => { readonly status: number; readonly body: unknown } | undefined
  /** Lets the next events of the history happen. */
  readonly happen: (count: number) => void
  /** Ends the session of everybody who follows. */
  readonly endSession: () => void
  readonly attach: (server: HttpServer) => void
  readonly close: () => Promise<void>
}

export const SESSION = {
  user: { id: "0199c000-0000-7000-8000-000000000001", name: "Ada", role: "owner" },
  org: { id: "0199c000-0000-7000-8000-000000000002", name: "Workshop" },
  expiresAt: "2030-01-01T00:00:00.000Z",
}

/** A dead letter as the read models keep it, with a body and what it was about. */
const letterOf = (event: FeedEvent) => ({
  ...(event.data as object),
  memberId: entityId(event.stream),
  raw: '{"v":1,',
  isRawTruncated: false,
  taskId: null,
  attempt: null,
  at: event.at,
  state: "kept",
  settledAt: null,
  position: event.position,
})

/** Settings of every look: the demo's, one whose key cannot be opened, one that differs in the model alone. */
const endpointsOf = (teamId: string) => {
  const at = "2029-12-31T12:00:00.000Z"
  const own = { teamId, memberId: null, baseUrl: "https://api.example.com/v1", model: "large", updatedAt: at }
  const memberId = "0199c000-0000-7000-8000-0000000000aa"
  return [
    {
      ...own,
      teamId: null,
      baseUrl: "http://127.0.0.1:40123/v1",
      model: "scripted-demo",
      key: { last4: "WXYZ", setAt: at, isReadable: true },
    },
    { ...own, key: { last4: "1234", setAt: at, isReadable: false } },
    { ...own, memberId, baseUrl: null, model: "small", key: null },
  ]
}

const GENERATION = "fake"
const NOT_FOUND = { type: "urn:muster:problem:not-found", title: "Not found", status: 404, requestId: "request-1" }

export interface FakeOptions {
  /** Steps of the made-up life, and how many of its events have happened at first. */
  readonly steps: number
  readonly happened?: number
}

export function fakeMuster({ steps, happened }: FakeOptions): FakeMuster {
  // The pages are judged with a team that takes commands.
  const life = feedOf(steps, 1, CLOSING)
  const teamId = teamIdOf(life)
  let known = happened ?? life.length
  if (known > life.length) throw new RangeError(`the life has ${life.length} events only`)
  let isSignedIn = true
  let io: Server<ClientToServer, ServerToClient> | undefined
  const events = () => life.slice(0, known)
  const view = () => foldTeamView(emptyTeamView(), events())
  const head = () => ({ seq: known, position: life[known - 1]?.position ?? "0" })

  const range = (query: URLSearchParams): ReadonlyArray<FeedEvent> => {
    const limit = Number(query.get("limit") ?? 100)
    const [after, before, type, task] = ["after", "before", "type", "task"].map((name) => query.get(name))
    const found = events().filter(
      (event) =>
        (after === null || event.seq > Number(after)) &&
        (before === null || event.seq < Number(before)) &&
        (type === null || event.type === type) &&
        (task === null || event.stream === `task-${task ?? ""}`),
    )
    return after === null ? found.slice(-limit) : found.slice(0, limit)
  }
  const ofTeam = (path: ReadonlyArray<string>, query: URLSearchParams): unknown => {
    const { team, members, tasks } = view()
    const [what, id] = path
    switch (what) {
      case undefined:
        return { team, members: Object.values(members) }
      case "history":
        return { items: range(query), head: known }
      case "replay": {
        const at = query.get("at")
        const seq = at === null ? known : events().filter((event) => Number(event.position) <= Number(at)).length
        return { state: foldTeamView(emptyTeamView(), life.slice(0, seq)), head: head(), firstPosition: "1" }
      }
      case "dead-letters":
        return { items: range(new URLSearchParams({ type: "MemberEntryDeadLettered" })).map(letterOf), next: null }
      case "chat":
        return { items: [], next: null }
      case "tasks": {
        const task = id === undefined ? undefined : tasks[id]
        if (task !== undefined) {
          const dispatched = life.find((event) => event.type === "TaskDispatched" && event.stream === `task-${task.id}`)
          const { spec } = (dispatched?.data ?? {}) as { readonly spec?: unknown }
          return { task, spec }
        }
        const phase = query.get("phase")
        const items = Object.values(tasks).filter((each) => phase === null || each.phase === phase)
        return id === undefined ? { items: items.toSorted((a, b) => b.number - a.number), next: null } : undefined
      }
      default:
        return undefined
    }
  }
  const answer: FakeMuster["answer"] = (request) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost")
    const [kind, id, ...rest] = pathname.slice("/api/v1/".length).split("/")
    if (!isSignedIn)
      return { status: 401, body: { type: "urn:muster:problem:unauthenticated", title: "", status: 401 } }
    if (kind === "session") return { status: 200, body: SESSION }
    if (kind === "organisation" && id === "model")
      return { status: 200, body: { ok: false, words: "The endpoint refuses the key (401).", status: 401, millis: 12 } }
    if (kind === "organisation")
      return { status: 200, body: { ...SESSION.org, isHalted: true, haltReason: "a rehearsal" } }
    if (kind === "models") return { status: 200, body: { items: endpointsOf(teamId), next: null } }
    if (kind === "people") return { status: 200, body: { items: [], next: null } }
    if (kind !== "teams") return undefined
    if (id === undefined) return { status: 200, body: { items: [view().team], next: null } }
    if (rest[2] === "output") return undefined
    const body = id === teamId ? ofTeam(rest, searchParams) : undefined
    return body === undefined ? { status: 404, body: NOT_FOUND } : { status: 200, body }
  }

  return {
    teamId,
    view,
    isSignedIn: () => isSignedIn,
    setSignedIn: (next) => (isSignedIn = next),
    answer,
    happen: (count) => {
      const more = life.slice(known, known + count)
      known += more.length
      io?.emit("events", { stream: teamFeed(teamId), events: more })
    },
    endSession: () => {
      isSignedIn = false
      io?.emit("bye", { reason: "session-ended" })
      io?.disconnectSockets(true)
    },
    attach: (server) => {
      io = new Server(server, { path: "/socket.io", serveClient: false, transports: ["websocket"] })
      io.use((_, next) => next(isSignedIn ? undefined : new Error("unauthenticated")))
      io.on("connection", (socket) => {
        socket.on("sub", ({ stream }, reply) => {
          if (stream !== teamFeed(teamId)) return reply({ mode: "refused", problem: NOT_FOUND })
          const state = view()
          const from = { generation: GENERATION, feedVersion: FEED_VERSION, head: known, asOf: state.seq }
          return reply({ mode: "snapshot", ...from, state })
        })
        socket.on("range", ({ after, limit }, reply) =>
          reply({ mode: "range", head: known, events: events().slice(after, after + limit) }),
        )
      })
    },
    close: () => new Promise((resolve) => (io === undefined ? resolve() : void io.close(() => resolve()))),
  }
}
