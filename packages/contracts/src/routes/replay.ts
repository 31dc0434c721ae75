import { BookmarkId, Instant, NAME_MAX_CHARS, Position, RequiredText, TaskId, TeamId, Text } from "@muster/domain"
import { Schema } from "effect"
import { Accepted, Empty, intText, key } from "#src/http-bodies.ts"
import {
  ACTIVITY_MAX_BUCKETS,
  HISTORY_QUERY_MAX_CHARS,
  HISTORY_SEARCH_MAX_EVENTS,
  HISTORY_TYPES_MAX,
  PAGE_MAX,
} from "#src/http-limits.ts"
import { P, route, team } from "#src/routes/route.ts"
import { Time } from "#src/time.ts"
import { FeedEvent, TeamView } from "#src/views.ts"

/** What people look for: what went wrong, what waited for somebody, what a person did. */
export const HistorySignal = Schema.Literals(["failure", "ask", "human"])

const feedNumber = (minimum: number) => key(intText(minimum, Number.MAX_SAFE_INTEGER))

const typesPattern = new RegExp(`^[A-Za-z]{1,64}(?:,[A-Za-z]{1,64}){0,${HISTORY_TYPES_MAX - 1}}$`, "u")

/** What narrows a history. Everything that is given must hold. */
const filters = {
  /** Words as they stand in an event's data; upper and lower case are one. */
  q: key(Text(HISTORY_QUERY_MAX_CHARS)),
  /** Names of types, parted by commas. */
  types: key(Schema.String.check(Schema.isPattern(typesPattern))),
  signal: key(HistorySignal),
  /** `key`: outcomes and decisions alone. `normal`: all but what says that work goes on. */
  importance: key(Schema.Literals(["key", "normal"])),
  /** The id of a person, a member or a part of the system. */
  actor: key(RequiredText(64)),
  task: key(TaskId),
  correlation: key(RequiredText(64)),
  /** At or after this instant. */
  from: key(Instant),
  /** Before this instant. */
  to: key(Instant),
}

/** The filters as the server and a file read offline both understand them. */
export interface HistoryQuery {
  readonly q?: string
  readonly types?: string
  readonly signal?: typeof HistorySignal.Type
  readonly importance?: "key" | "normal"
  readonly actor?: string
  readonly task?: string
  readonly correlation?: string
  readonly from?: string
  readonly to?: string
}

/** A stretch of a history: what happened in it, and the longest time in which nothing did. */
export const ActivityBucket = Schema.Struct({
  /** Feed numbers of its first and last event. */
  first: Schema.Int,
  last: Schema.Int,
  firstAt: Time,
  lastAt: Time,
  failures: Schema.Int,
  asks: Schema.Int,
  human: Schema.Int,
  /** The longest wait for an event of it, the one for its first event included. */
  idleMillis: Schema.Int,
}).annotate({ identifier: "ActivityBucket" })
export type ActivityBucket = typeof ActivityBucket.Type

/** First line of an export says so, so that nothing else is taken for one. */
export const EXPORT_FORMAT = "muster-history"
export const EXPORT_VERSION = 1

/** The lines of an exported history: one `head`, the state before it, its events, one `end`. */
export const ExportLine = Schema.Union([
  Schema.Struct({
    line: Schema.Literal("head"),
    format: Schema.Literal(EXPORT_FORMAT),
    version: Schema.Int,
    teamId: TeamId,
    teamName: Schema.String,
    exportedAt: Time,
    /** Feed numbers that were asked for; `to` below `from`: nothing had happened. */
    from: Schema.Int,
    to: Schema.Int,
    /** False when only some events were let through: such a file can be read, not replayed. */
    isWhole: Schema.Boolean,
  }),
  /** The team before the first event; only of a whole export. */
  Schema.Struct({ line: Schema.Literal("state"), state: TeamView }),
  Schema.Struct({ line: Schema.Literal("event"), event: FeedEvent }),
  /** Stands at the end of what is complete. */
  Schema.Struct({ line: Schema.Literal("end"), events: Schema.Int }),
])
export type ExportLine = typeof ExportLine.Type

export const replayRoutes = {
  searchHistory: route({
    method: "GET",
    path: "/teams/:team/history/search",
    action: "history.read",
    summary: "Events that meet conditions, newest first, or oldest first behind `after`",
    params: P(team),
    query: P({
      ...filters,
      limit: key(intText(1, PAGE_MAX)),
      before: feedNumber(1),
      after: feedNumber(0),
      /** Only events up to this position. */
      at: key(Position),
      /** Events to look through, at most and by default `HISTORY_SEARCH_MAX_EVENTS`. */
      within: key(intText(1, HISTORY_SEARCH_MAX_EVENTS)),
    }),
    reply: Schema.Struct({
      items: Schema.Array(FeedEvent),
      head: Schema.Int,
      /** Up to here it was looked: go on with it as `before`, or as `after`. */
      reached: Schema.Int,
      /** The history was looked through to its end. */
      isEnd: Schema.Boolean,
    }),
    status: 200,
  }),
  readActivity: route({
    method: "GET",
    path: "/teams/:team/history/activity",
    action: "history.read",
    summary: `What happened when, in at most ${ACTIVITY_MAX_BUCKETS} stretches of the whole history`,
    params: P(team),
    reply: Schema.Struct({ head: Schema.Int, items: Schema.Array(ActivityBucket) }),
    status: 200,
  }),
  exportHistory: route({
    method: "GET",
    path: "/teams/:team/history/export",
    action: "history.read",
    summary: "A stretch of the history as JSON lines, streamed; without conditions it can be replayed offline",
    params: P(team),
    query: P({ ...filters, first: feedNumber(1), last: feedNumber(1) }),
    status: 200,
  }),
  readTape: route({
    method: "GET",
    path: "/teams/:team/replay/tape",
    action: "replay.read",
    summary: "A piece of the history and the team before it: all that replay needs to show each of its moments",
    params: P(team),
    /** The piece that holds the event of this feed number, or the last one at or before a position; neither: the newest. */
    query: P({ seq: feedNumber(1), at: key(Position) }),
    reply: Schema.Struct({
      /** The feed number that was meant; 0 before the beginning. */
      seq: Schema.Int,
      base: TeamView,
      events: Schema.Array(FeedEvent),
      head: Schema.Int,
    }),
    status: 200,
  }),
  addBookmark: route({
    method: "POST",
    path: "/teams/:team/bookmarks",
    action: "bookmark.manage",
    summary: "Give a moment of the history a name that the whole team sees",
    params: P(team),
    body: Schema.Struct({ moment: Position, name: RequiredText(NAME_MAX_CHARS) }),
    reply: Accepted,
    status: 201,
  }),
  removeBookmark: route({
    method: "POST",
    path: "/teams/:team/bookmarks/:bookmark/remove",
    action: "bookmark.manage",
    summary: "Take the name of a moment away",
    params: P({ ...team, bookmark: BookmarkId }),
    body: Empty,
    reply: Accepted,
    status: 200,
  }),
} as const
