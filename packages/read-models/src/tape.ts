import { all, type Reading } from "#src/database.ts"
import { eventsOf } from "#src/feed/events.ts"
import { feedHead, feedSeqAt } from "#src/feed/rows.ts"
import type { LogSink } from "#src/log-sink.ts"
import type { FeedHead, Moment, ReadModels } from "#src/port.ts"
import { columnSeq, isFindable } from "#src/rows.ts"
import { textOfView } from "#src/snapshot/packed.ts"
import { foldTeamFrom, untilWhole } from "#src/team-view-at.ts"
import { type Visible, visibleRows, visibleTo } from "#src/visibility.ts"
import { FEED_VERSION, teamFeed, type TeamView } from "@muster/contracts"
import { START, type Position } from "@muster/domain"
import type postgres from "postgres"

/** A stretch of a team's feed, for who may see it. */
interface Stretch {
  readonly teamId: string
  readonly visible: Visible
  /** The seq before its first event, and that of its last one. */
  readonly after: number
  readonly upTo: number
}

interface BaseRow {
  readonly head_seq: number | null
  readonly head_position: Position | null
  readonly seq: number | null
  /** `TeamView` as it is stored. */
  readonly state: Uint8Array | null
}

/** Where the feed stands, and the nearest snapshot at or before the stretch; undefined for a team that is not seen. */
const baseOf = async (
  sql: postgres.Sql,
  { teamId, visible, after }: Stretch,
): Promise<{ readonly head: FeedHead; readonly seq: number; readonly text: string | null } | undefined> => {
  const rows = await all(sql<BaseRow[]>`
    SELECT h.seq AS head_seq, h.position AS head_position, s.seq, s.state
    FROM rm.team t
    LEFT JOIN rm.feed_head h ON h.feed_id = ${teamFeed(teamId)}
    LEFT JOIN LATERAL (
      SELECT seq, state FROM rm.snapshot
      WHERE team_id = ${teamId} AND feed_version = ${FEED_VERSION} AND seq <= ${columnSeq(after)}
      ORDER BY seq DESC LIMIT 1
    ) s ON true
    WHERE t.team_id = ${teamId} AND ${visibleRows(sql, visible)}`)
  const [row] = rows
  if (row === undefined) return undefined
  const head = { seq: row.head_seq ?? 0, position: row.head_position ?? START }
  return { head, seq: row.seq ?? 0, text: row.state && (await textOfView(row.state)) }
}

/** The events as one text in JSON: put together by the server, so that no column of any of them is decoded here. */
const eventsText = async (sql: postgres.Sql, { teamId, visible, after, upTo }: Stretch): Promise<string> => {
  const rows = await all(sql<{ events: string }[]>`
    SELECT concat('[', string_agg(concat(
      '{"seq":', f.seq, ',"position":"', e.position, '","id":"', e.id, '","stream":', to_json(e.stream),
      ',"revision":', e.revision, ',"type":', to_json(e.type), ',"schema":', e.schema, ',"data":', e.data,
      ',"meta":', e.meta, ',"at":"', e.at, '"}'), ',' ORDER BY f.seq), ']') AS events
    FROM (
      SELECT seq, position FROM rm.feed
      WHERE feed_id = ${teamFeed(teamId)} AND seq > ${columnSeq(after)} AND seq <= ${columnSeq(upTo)}
    ) f CROSS JOIN LATERAL ${eventsOf(sql, teamId)} e
    WHERE EXISTS (SELECT 1 FROM rm.team WHERE team_id = ${teamId} AND ${visibleRows(sql, visible)})`)
  return rows[0]?.events ?? "[]"
}

const seqOf = async (sql: postgres.Sql, feedId: string, at: Moment): Promise<number> => {
  if (at === "head") return (await feedHead(sql, feedId)).seq
  return "seq" in at ? Math.max(0, Math.trunc(at.seq)) : feedSeqAt(sql, feedId, at.position)
}

/**
 * Pieces of feeds for replay. One that begins at a stored snapshot is handed on as the text that it is: nothing is parsed, folded
 * or made into text again. Where none is stored, the nearest one before it is folded on.
 */
export const makeTape =
  (reading: Reading, log: LogSink): ReadModels["tape"] =>
  async (subject, teamId, { at, pieceEvents }) => {
    const visible = visibleTo(subject, "team.read")
    if (visible === undefined || visibleTo(subject, "history.read") === undefined || !isFindable(teamId))
      return undefined
    const feedId = teamFeed(teamId)
    const answer = await untilWhole(feedId, () =>
      reading(async (sql) => {
        const seq = await seqOf(sql, feedId, at)
        const after = Math.floor((Math.max(1, seq) - 1) / pieceEvents) * pieceEvents
        const stretch = { teamId, visible, after, upTo: after + pieceEvents }
        const [base, events] = await Promise.all([baseOf(sql, stretch), eventsText(sql, stretch)])
        if (base === undefined) return "invisible"
        const { head, text } = base
        const upTo = Math.min(after, head.seq)
        if (text !== null && base.seq === upTo) return { seq, head, base: text, events }
        const snapshot = text === null ? undefined : (JSON.parse(text) as TeamView)
        const view = await foldTeamFrom(sql, teamId, { snapshot, seq: upTo, log })
        return view === undefined ? undefined : { seq, head, base: JSON.stringify(view), events }
      }),
    )
    return answer === "invisible" ? undefined : answer
  }
