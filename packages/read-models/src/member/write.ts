import { jsonRows } from "#src/rows.ts"
import type { MemberDoc } from "@muster/contracts"

export interface MemberRow {
  readonly member_id: string
  readonly team_id: string
  readonly org_id: string
  readonly is_removed: boolean
  readonly placement: string
  readonly created_at: string
  readonly position: string
  readonly doc: MemberDoc
}

export const memberRow = (orgId: string, doc: MemberDoc): MemberRow => ({
  member_id: doc.id,
  team_id: doc.teamId,
  org_id: orgId,
  is_removed: doc.isRemoved,
  placement: doc.placement,
  created_at: doc.createdAt,
  position: doc.position,
  doc,
})

export const memberWrite = jsonRows<MemberRow>(
  (schema, rows) => `
    INSERT INTO ${schema}.member (member_id, team_id, org_id, is_removed, placement, created_at, position, doc)
    SELECT r.* FROM fence, json_to_recordset(${rows}) AS r(
      member_id text, team_id text, org_id text, is_removed bool, placement text, created_at text, position bigint, doc jsonb)
    ON CONFLICT (member_id) DO UPDATE
    SET team_id = excluded.team_id, org_id = excluded.org_id, is_removed = excluded.is_removed,
        placement = excluded.placement, created_at = excluded.created_at, position = excluded.position, doc = excluded.doc`,
)
