import { jsonRows } from "#src/rows.ts"
import type { ScheduleDoc } from "@muster/contracts"

export interface ScheduleRow {
  readonly schedule_id: string
  readonly team_id: string
  readonly org_id: string
  readonly is_deleted: boolean
  readonly created_at: string
  readonly position: string
  readonly doc: ScheduleDoc
}

export const scheduleRow = (orgId: string, doc: ScheduleDoc): ScheduleRow => ({
  schedule_id: doc.id,
  team_id: doc.teamId,
  org_id: orgId,
  is_deleted: doc.isDeleted,
  created_at: doc.createdAt,
  position: doc.position,
  doc,
})

export const scheduleWrite = jsonRows<ScheduleRow>(
  (schema, rows) => `
    INSERT INTO ${schema}.schedule (schedule_id, team_id, org_id, is_deleted, created_at, position, doc)
    SELECT r.* FROM fence, json_to_recordset(${rows}) AS r(
      schedule_id text, team_id text, org_id text, is_deleted bool, created_at text, position bigint, doc jsonb)
    ON CONFLICT (schedule_id) DO UPDATE
    SET team_id = excluded.team_id, org_id = excluded.org_id, is_deleted = excluded.is_deleted,
        created_at = excluded.created_at, position = excluded.position, doc = excluded.doc`,
)
