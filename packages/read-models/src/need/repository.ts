import { all, type Reading } from "#src/database.ts"
import type { NeedListOptions, ReadModels } from "#src/port.ts"
import { clampLimit, isFindable } from "#src/rows.ts"
import { visibleTo } from "#src/visibility.ts"
import {
  NEEDS_COUNTED_MAX,
  needKinds,
  type NeedDoc,
  type NeedItem,
  type NeedKind,
  type NeedShow,
} from "@muster/contracts"
import type { Subject } from "@muster/domain"
import type postgres from "postgres"

type Person = Extract<Subject, { readonly kind: "person" }>

interface Row {
  readonly doc: NeedDoc
  readonly rank: number
  readonly place: string
  readonly team_name: string
  readonly member_handle: string | null
  readonly mark: "done" | "snoozed" | null
  readonly until: string | null
}

/** What a person may see of what waits: in teams that are open, and dead entries of the bus only where they may read these. */
const visible = (sql: postgres.Sql, subject: Person) => {
  const isEntryHidden = visibleTo(subject, "deadletter.read") === undefined
  const teamId = visibleTo(subject, "needs.read")?.teamId ?? null
  return sql`
    FROM rm.need n
    JOIN rm.team t ON t.team_id = n.team_id AND NOT t.is_archived
    LEFT JOIN rm.member m ON m.member_id = n.member_id
    LEFT JOIN rm.need_mark k ON k.need_id = n.need_id AND k.user_id = ${subject.userId} AND k.kind <> 'none'
    WHERE n.org_id = ${subject.orgId} ${teamId === null ? sql`` : sql`AND n.team_id = ${teamId}`}
      ${isEntryHidden ? sql`AND n.doc->'about'->>'type' <> 'dead-entry'` : sql``}`
}

const shown = (
  sql: postgres.Sql,
  subject: Person,
  { show, now }: { readonly show: NeedShow; readonly now: string },
) => {
  if (show === "done") return sql`AND k.kind = 'done'`
  if (show === "snoozed") return sql`AND k.kind = 'snoozed' AND k.until > ${now}`
  // Not by the mark that is joined: of "no mark" the planner guesses that hardly any row is left, and sorts them all instead of taking the first ones.
  return sql`AND NOT EXISTS (
    SELECT 1 FROM rm.need_mark h
    WHERE h.need_id = n.need_id AND h.user_id = ${subject.userId} AND (h.kind = 'done' OR h.kind = 'snoozed' AND h.until > ${now}))`
}

const MAX_PLACE = 2n ** 63n - 1n

/** Kind and place within it; undefined for a cursor that no page gave. */
const cursorOf = (after: string): { readonly rank: number; readonly place: string } | undefined => {
  const parts = /^(\d)\.(-?\d{1,19})$/u.exec(after)
  if (parts?.[1] === undefined || parts[2] === undefined) return undefined
  const place = BigInt(parts[2])
  return { rank: Number(parts[1]), place: String(place > MAX_PLACE ? MAX_PLACE : place) }
}

/** A snoozed mark whose time has come holds no more. */
const itemOf = ({ doc, team_name, member_handle, mark, until }: Row, now: string): NeedItem => ({
  ...doc,
  teamName: team_name,
  memberHandle: member_handle,
  mark:
    mark === "snoozed" && until !== null && until > now
      ? { kind: "snoozed", until }
      : mark === "done"
        ? { kind: "done" }
        : null,
})

const asPerson = (subject: Subject): Person | undefined =>
  subject.kind === "person" && visibleTo(subject, "needs.read") !== undefined ? subject : undefined

export const needRepository = (reading: Reading): ReadModels["needs"] => ({
  list: async (subject, { limit, after, kind, teamId, show = "open", now }: NeedListOptions) => {
    const person = asPerson(subject)
    const cursor = after === undefined ? undefined : cursorOf(after)
    if (person === undefined || !isFindable(teamId ?? "") || (after !== undefined && cursor === undefined))
      return { items: [], next: null }
    const most = clampLimit(limit)
    return reading(async (sql) => {
      const rows = await all(sql<Row[]>`
        SELECT n.doc, n.rank, n.place::text AS place, t.doc->>'name' AS team_name, m.doc->>'handle' AS member_handle,
          k.kind AS mark, k.until
        ${visible(sql, person)} ${shown(sql, person, { show, now })}
          ${kind === undefined ? sql`` : sql`AND n.rank = ${needKinds.indexOf(kind)}`}
          ${teamId === undefined ? sql`` : sql`AND n.team_id = ${teamId}`}
          ${cursor === undefined ? sql`` : sql`AND (n.rank, n.place) > (${cursor.rank}::int, ${cursor.place}::bigint)`}
        ORDER BY n.rank, n.place LIMIT ${most}`)
      const last = rows.at(-1)
      const next = last === undefined || rows.length < most ? null : `${last.rank}.${last.place}`
      return { items: rows.map((row) => itemOf(row, now)), next }
    })
  },

  summary: async (subject, now) => {
    const person = asPerson(subject)
    const none = Object.fromEntries(needKinds.map((kind) => [kind, 0])) as Record<NeedKind, number>
    if (person === undefined) return { total: 0, counts: none, nextReturnAt: null }
    return reading(async (sql) => {
      const [counted, returns] = await Promise.all([
        all(sql<{ rank: number; n: number }[]>`
          SELECT rank, count(*)::int AS n FROM (
            SELECT n.rank ${visible(sql, person)} ${shown(sql, person, { show: "open", now })} ORDER BY n.rank, n.place LIMIT ${NEEDS_COUNTED_MAX}
          ) AS open GROUP BY rank`),
        all(
          sql<
            { until: string | null }[]
          >`SELECT min(k.until) AS until ${visible(sql, person)} ${shown(sql, person, { show: "snoozed", now })}`,
        ),
      ])
      const counts = { ...none }
      for (const { rank, n } of counted) {
        const kind = needKinds[rank]
        if (kind !== undefined) counts[kind] = n
      }
      const total = counted.reduce((sum, { n }) => sum + n, 0)
      return { total, counts, nextReturnAt: returns[0]?.until ?? null }
    })
  },

  known: async (subject, needIds) => {
    const person = asPerson(subject)
    if (person === undefined || !isFindable(...needIds)) return new Set()
    return reading(async (sql) => {
      const rows = await all(sql<{ need_id: string }[]>`
        SELECT n.need_id ${visible(sql, person)}
          AND n.need_id IN (SELECT json_array_elements_text(${JSON.stringify(needIds)}::text::json))`)
      return new Set(rows.map((row) => row.need_id))
    })
  },
})
