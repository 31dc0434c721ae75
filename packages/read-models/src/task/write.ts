import { comparable, type RowWrite } from "#src/rows.ts"
import type { TaskDoc } from "@muster/contracts"
import { isOpen, type TaskSpec } from "@muster/domain"

export interface TaskRow {
  readonly task_id: string
  readonly team_id: string
  readonly org_id: string
  readonly number: number
  readonly phase: string
  readonly is_open: boolean
  readonly member_id: string
  readonly revision: number
  readonly position: string
  readonly title_key: string
  readonly doc: TaskDoc
}

export const taskRow = (orgId: string, doc: TaskDoc): TaskRow => ({
  task_id: doc.id,
  team_id: doc.teamId,
  org_id: orgId,
  number: doc.number,
  phase: doc.phase,
  is_open: isOpen(doc.phase),
  member_id: doc.memberId,
  revision: doc.revision,
  position: doc.position,
  title_key: comparable(doc.title),
  doc,
})

export const taskWrite: RowWrite = {
  insert: (rows) => `
    INSERT INTO rm.task (task_id, team_id, org_id, number, phase, is_open, member_id, revision, position, title_key, doc)
    SELECT r.* FROM fence, json_to_recordset(${rows}) AS r(
      task_id text, team_id text, org_id text, number int, phase text, is_open bool, member_id text, revision int,
      position bigint, title_key text, doc jsonb)
    ON CONFLICT (task_id) DO UPDATE
    SET team_id = excluded.team_id, org_id = excluded.org_id, number = excluded.number, phase = excluded.phase,
        is_open = excluded.is_open, member_id = excluded.member_id, revision = excluded.revision,
        position = excluded.position, title_key = excluded.title_key, doc = excluded.doc`,
}

export interface TaskSpecRow {
  readonly task_id: string
  readonly spec: TaskSpec
}

export const taskSpecWrite: RowWrite = {
  insert: (rows) => `
    INSERT INTO rm.task_spec (task_id, spec)
    SELECT r.* FROM fence, json_to_recordset(${rows}) AS r(task_id text, spec jsonb)
    ON CONFLICT (task_id) DO UPDATE SET spec = excluded.spec`,
}
