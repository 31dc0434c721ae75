import { Readable } from "node:stream"
import {
  EXPORT_FORMAT,
  EXPORT_VERSION,
  type ExportLine,
  type HistoryQuery,
  TAPE_CHUNK_EVENTS,
  teamFeed,
} from "@muster/contracts"
import { BookmarkId, comparePositions, decideTeam, streams, type TeamCommand, type TeamId } from "@muster/domain"
import type { FeedSearchOptions } from "@muster/read-models"
import { createdId } from "#src/commands/keys.ts"
import type { CommandContext } from "#src/commands/execute.ts"
import { accepted, behind } from "#src/handlers/accepted.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { type Handlers, JsonText, type PersonSubject } from "#src/http/calls.ts"
import { ProblemError } from "#src/http/problem.ts"
import { EXPORT_PAGE_EVENTS } from "#src/limits.ts"

type ReplayRoutes = "searchHistory" | "readActivity" | "exportHistory" | "readTape" | "addBookmark" | "removeBookmark"

/** The conditions of a request, as the read models take them. */
const conditionsOf = (query: HistoryQuery): Omit<FeedSearchOptions, "limit"> => {
  const { q, types, signal, importance, actor, task, correlation, from, to } = query
  return {
    ...(q === undefined ? {} : { q }),
    ...(types === undefined ? {} : { types: types.split(",") }),
    ...(signal === undefined ? {} : { signal }),
    ...(importance === undefined ? {} : { importance }),
    ...(actor === undefined ? {} : { actor }),
    ...(task === undefined ? {} : { task }),
    ...(correlation === undefined ? {} : { correlation }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  }
}

interface Export {
  readonly subject: PersonSubject
  readonly team: TeamId
  readonly teamName: string
  readonly from: number
  readonly to: number
  readonly conditions: Omit<FeedSearchOptions, "limit">
}

/** The lines of an export, one at a time: what is not read yet waits in the log. */
async function* exported({ reads }: Desk, asked: Export): AsyncGenerator<ExportLine> {
  const { subject, team, teamName, from, to, conditions } = asked
  const isWhole = Object.keys(conditions).length === 0
  const exportedAt = new Date().toISOString()
  const format = { format: EXPORT_FORMAT, version: EXPORT_VERSION } as const
  yield { line: "head", ...format, teamId: team, teamName, exportedAt, from, to, isWhole }
  if (isWhole) {
    const before = await reads.teamViewAt(subject, team, { seq: from - 1 })
    if (before === undefined) throw behind()
    yield { line: "state", state: before.state }
  }
  let events = 0
  for (let after = from - 1; after < to;) {
    const page = { ...conditions, after, before: to + 1, limit: EXPORT_PAGE_EVENTS }
    const found = await reads.feed.search(subject, teamFeed(team), page)
    for (const event of found.items) yield { line: "event", event }
    events += found.items.length
    if (found.isEnd || found.reached <= after) break
    after = found.reached
  }
  yield { line: "end", events }
}

async function* texts(lines: AsyncIterable<ExportLine>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`
}

export const replayHandlers = (desk: Desk): Pick<Handlers, ReplayRoutes> => {
  const { reads, execute, streams: readers } = desk
  const command = async (teamId: TeamId, id: string, context: CommandContext, order: TeamCommand) =>
    accepted(
      id,
      await execute({
        stream: streams.team(teamId),
        reader: readers.team,
        context,
        decide: (state) => decideTeam(state, order),
      }),
    )
  return {
    searchHistory: async ({ subject, params, query }) => {
      const { limit = EXPORT_PAGE_EVENTS, after, within, at } = query
      const feed = teamFeed(params.team)
      const upTo = at === undefined ? undefined : (await reads.feed.seqAt(feed, at)) + 1
      const before = upTo === undefined ? query.before : Math.min(upTo, query.before ?? upTo)
      return reads.feed.search(subject, feed, {
        ...conditionsOf(query),
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
        ...(within === undefined ? {} : { within }),
        limit,
      })
    },

    readActivity: ({ subject, params }) => reads.feed.activity(subject, teamFeed(params.team)),

    exportHistory: async ({ subject, params: { team }, query }) => {
      const [doc, head] = await Promise.all([reads.teams.get(subject, team), reads.feed.head(teamFeed(team))])
      if (doc === undefined) throw behind()
      const asked: Export = {
        subject,
        team,
        teamName: doc.name,
        from: query.first ?? 1,
        to: Math.min(query.last ?? head.seq, head.seq),
        conditions: conditionsOf(query),
      }
      return {
        headers: {
          "content-type": "application/x-ndjson; charset=utf-8",
          "content-disposition": `attachment; filename="history-${asked.from}-${asked.to}.jsonl"`,
          "x-content-type-options": "nosniff",
        },
        body: Readable.from(texts(exported(desk, asked))),
      }
    },

    readTape: async ({ subject, params: { team }, query: { seq, at: position } }) => {
      const at = seq === undefined ? (position === undefined ? "head" : { position }) : { seq }
      const piece = await reads.tape(subject, team, { at, pieceEvents: TAPE_CHUNK_EVENTS })
      if (piece === undefined) throw behind()
      const { base, events } = piece
      return new JsonText(`{"seq":${piece.seq},"head":${piece.head.seq},"base":${base},"events":${events}}`)
    },

    addBookmark: async ({ params: { team }, body: { moment, name }, context }) => {
      const head = await reads.feed.head(teamFeed(team))
      if (comparePositions(moment, head.position) > 0)
        throw new ProblemError("validation", "The history does not reach this moment yet.")
      const bookmarkId = BookmarkId.make(createdId(context.commandId, "bookmark"))
      return command(team, bookmarkId, context, { kind: "bookmark", bookmarkId, moment, name })
    },

    removeBookmark: ({ params: { team, bookmark }, context }) =>
      command(team, bookmark, context, { kind: "remove-bookmark", bookmarkId: bookmark }),
  }
}
