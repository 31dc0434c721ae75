import { jsonRows } from "#src/rows.ts"
import type { TeamDoc } from "@muster/contracts"

export interface TeamRow {
  readonly team_id: string
  readonly org_id: string
  readonly is_archived: boolean
  readonly position: string
  readonly doc: TeamDoc
}

export const teamRow = (doc: TeamDoc): TeamRow => ({
  team_id: doc.id,
  org_id: doc.orgId,
  is_archived: doc.isArchived,
  position: doc.position,
  doc,
})

export const teamWrite = jsonRows<TeamRow>(
  (schema, rows) => `
    INSERT INTO ${schema}.team (team_id, org_id, is_archived, position, doc)
    SELECT r.* FROM fence, json_to_recordset(${rows}) AS r(team_id text, org_id text, is_archived bool, position bigint, doc jsonb)
    ON CONFLICT (team_id) DO UPDATE
    SET org_id = excluded.org_id, is_archived = excluded.is_archived, position = excluded.position, doc = excluded.doc`,
)
