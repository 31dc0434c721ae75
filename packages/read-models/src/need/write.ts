import { jsonRows } from "#src/rows.ts"
import { needKinds, type NeedDoc, type NeedKind } from "@muster/contracts"

export interface NeedRow {
  readonly need_id: string
  readonly org_id: string
  readonly team_id: string
  readonly member_id: string | null
  readonly rank: number
  readonly place: string
  readonly doc: NeedDoc
}

/** Of these the newest stand first: whoever looks wants to know what just went wrong. The others wait, the longest first. */
const NEWEST_FIRST: ReadonlySet<NeedKind> = new Set(["failed", "dead-letter"])

export const needRow = (orgId: string, doc: NeedDoc): NeedRow => ({
  need_id: doc.id,
  org_id: orgId,
  team_id: doc.teamId,
  member_id: doc.memberId,
  rank: needKinds.indexOf(doc.kind),
  place: NEWEST_FIRST.has(doc.kind) ? `-${doc.position}` : doc.position,
  doc,
})

export const needWrite = jsonRows<NeedRow>(
  (schema, rows) => `
    INSERT INTO ${schema}.need (need_id, org_id, team_id, member_id, rank, place, doc)
    SELECT r.* FROM fence, json_to_recordset(${rows}) AS r(
      need_id text, org_id text, team_id text, member_id text, rank int, place bigint, doc json)
    ON CONFLICT (need_id) DO UPDATE
    SET org_id = excluded.org_id, team_id = excluded.team_id, member_id = excluded.member_id, rank = excluded.rank,
        place = excluded.place, doc = excluded.doc`,
)

/** Something that waited went away within the step. */
export interface NeedGoneRow {
  readonly need_id: string
  /** The same step writes something else under this id. */
  readonly is_back: boolean
  /** People who marked it after it went: their marks are among those that the same step writes. */
  readonly marked_by: readonly string[]
}

export const needGoneWrite = {
  encode: (rows: readonly NeedGoneRow[]) => [JSON.stringify(rows)],
  inserts: (schema: string, rows: string) => [
    `DELETE FROM ${schema}.need AS n
     USING fence, json_to_recordset(${rows}::text::json) AS r(need_id text, is_back bool)
     WHERE n.need_id = r.need_id AND NOT r.is_back`,
    `DELETE FROM ${schema}.need_mark AS k
     USING fence, json_to_recordset(${rows}::text::json) AS r(need_id text, marked_by json)
     WHERE k.need_id = r.need_id
       AND NOT EXISTS (SELECT 1 FROM json_array_elements_text(r.marked_by) AS u(id) WHERE u.id = k.user_id)`,
  ],
}

export interface NeedMarkRow {
  readonly user_id: string
  readonly need_id: string
  readonly kind: "none" | "done" | "snoozed"
  /** RFC 3339 with milliseconds; "" unless snoozed. */
  readonly until: string
}

export const needMarkWrite = jsonRows<NeedMarkRow>(
  (schema, rows) => `
    INSERT INTO ${schema}.need_mark (user_id, need_id, kind, until)
    SELECT r.* FROM fence, json_to_recordset(${rows}) AS r(user_id text, need_id text, kind text, until text)
    ON CONFLICT (user_id, need_id) DO UPDATE SET kind = excluded.kind, until = excluded.until`,
)
