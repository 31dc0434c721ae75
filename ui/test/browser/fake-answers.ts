import type { IncomingMessage } from "node:http"
import type { FeedEvent, TeamView } from "@muster/contracts"
import { emptyTeamView, entityId, foldTeamView } from "@muster/projections"
import { NO_NEEDS, needsOf } from "./fake-needs.ts"
import { activityOf, searchIn, tapeOf } from "./fake-history.ts"
import { session } from "../support/session.ts"

/** How a page meets the product: with everything in it, with nothing in it yet, before it has answered, or while it fails. */
export const MOODS = ["full", "empty", "loading", "error"] as const
export type Mood = (typeof MOODS)[number]

/** `undefined`: there is no such thing. `"never"`: the question is left open. */
export type Answer = { readonly status: number; readonly body: unknown } | "never" | undefined

/** What the answers are made of; the history may grow between two of them. */
export interface Facts {
  readonly teamId: string
  readonly life: ReadonlyArray<FeedEvent>
  readonly known: () => number
  readonly mood: () => Mood
  readonly isSignedIn: () => boolean
}

export const SESSION = session()

const problemOf = (status: number, name: string, detail: string) => ({
  type: `urn:muster:problem:${name}`,
  title: detail,
  detail,
  status,
  requestId: "request-1",
})
export const NOT_FOUND = problemOf(404, "not-found", "Not found")
export const UNAVAILABLE = problemOf(503, "unavailable", "The log can not be reached. Try again in a moment.")

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

/** One that is used, and one of a team that never was. */
const tokensOf = (teamId: string) => {
  const [createdAt, expiresAt] = ["2029-12-01T12:00:00.000Z", "2030-06-01T12:00:00.000Z"]
  const token = { scope: "read", teamId: null, createdAt, expiresAt, lastUsedAt: "2029-12-30T12:00:00.000Z" }
  return [
    { ...token, id: "0199c000-0000-7000-8000-0000000000a1", name: "Dashboard in the hall" },
    { ...token, id: "0199c000-0000-7000-8000-0000000000a2", name: "CI", scope: "operate", teamId, lastUsedAt: null },
  ]
}

/** A list that has no more pages. */
const listOf = (items: ReadonlyArray<unknown>) => ({ items, next: null })

/** Answers a GET below /api/v1 as the control plane does. */
export function makeAnswers({ teamId, life, known, mood, isSignedIn }: Facts): (request: IncomingMessage) => Answer {
  const events = () => life.slice(0, known())
  const view = (): TeamView => foldTeamView(emptyTeamView(), events())
  const head = () => ({ seq: known(), position: life[known() - 1]?.position ?? "0" })

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
  const tasks = (id: string | undefined, query: URLSearchParams): unknown => {
    const { tasks } = view()
    if (id === undefined) {
      const phase = query.get("phase")
      const items = Object.values(tasks).filter((each) => phase === null || each.phase === phase)
      return listOf(items.toSorted((a, b) => b.number - a.number))
    }
    const task = tasks[id]
    if (task === undefined) return undefined
    const dispatched = life.find((event) => event.type === "TaskDispatched" && event.stream === `task-${task.id}`)
    const { spec } = (dispatched?.data ?? {}) as { readonly spec?: unknown }
    return { task, spec }
  }
  const replay = (query: URLSearchParams): unknown => {
    const at = query.get("at")
    const seq = at === null ? known() : events().filter((event) => Number(event.position) <= Number(at)).length
    return { state: foldTeamView(emptyTeamView(), life.slice(0, seq)), head: head(), firstPosition: "1" }
  }
  const historyAnswer = (what: string | undefined, query: URLSearchParams): unknown => {
    switch (what) {
      case undefined:
        return { items: range(query), head: known() }
      case "search":
        return searchIn(events(), query)
      case "activity":
        return activityOf(events())
      default:
        return undefined
    }
  }
  const ofTeam = ([what, id]: ReadonlyArray<string>, query: URLSearchParams): unknown => {
    switch (what) {
      case undefined:
        return { team: view().team, members: Object.values(view().members) }
      case "history":
        return historyAnswer(id, query)
      case "replay":
        return id === "tape" ? tapeOf(events(), query) : replay(query)
      case "dead-letters":
        return listOf(range(new URLSearchParams({ type: "MemberEntryDeadLettered" })).map(letterOf))
      case "chat":
        return listOf([])
      case "tasks":
        return tasks(id, query)
      default:
        return undefined
    }
  }
  const ofOrganisation = (isEmpty: boolean): unknown => ({
    ...SESSION.org,
    ...(isEmpty ? { isHalted: false, haltReason: "" } : { isHalted: true, haltReason: "a rehearsal" }),
  })

  return (request) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost")
    const [kind, id, ...rest] = pathname.slice("/api/v1/".length).split("/")
    const found = (body: unknown): Answer => (body === undefined ? undefined : { status: 200, body })
    if (!isSignedIn())
      return { status: 401, body: { type: "urn:muster:problem:unauthenticated", title: "", status: 401 } }
    // Who one is has been asked before: a page that is still loading, or fails, knows it.
    if (kind === "session") return found(SESSION)
    if (mood() === "loading") return "never"
    if (mood() === "error") return { status: UNAVAILABLE.status, body: UNAVAILABLE }
    const isEmpty = mood() === "empty"
    switch (kind) {
      case "organisation":
        return id === "model"
          ? found({ ok: false, words: "The endpoint refuses the key (401).", status: 401, millis: 12 })
          : found(ofOrganisation(isEmpty))
      case "models":
        return found(listOf(isEmpty ? [] : endpointsOf(teamId)))
      case "people":
        return found(listOf([]))
      case "tokens":
        return found(listOf(isEmpty ? [] : tokensOf(teamId)))
      case "runtimes":
        return found({ items: null, hasModel: !isEmpty })
      case "needs":
        return found(isEmpty ? NO_NEEDS : needsOf(view(), searchParams.get("show")))
      case "teams":
        if (id === undefined) return found(listOf(isEmpty ? [] : [view().team]))
        if (rest[2] === "output") return undefined
        return (id === teamId ? found(ofTeam(rest, searchParams)) : undefined) ?? { status: 404, body: NOT_FOUND }
      default:
        return undefined
    }
  }
}
