import { columnArray, columnText, comparable, isColumnText, type RowWrite } from "#src/rows.ts"
import type { TaskDoc } from "@muster/contracts"
import { isOpen, type TaskSpec } from "@muster/domain"

export interface TaskRow {
  readonly task_id: string
  readonly team_id: string
  readonly org_id: string
  readonly number: number
  readonly phase: string
  readonly is_open: boolean
  readonly member_id: string | null
  readonly title_key: string
  readonly doc: TaskDoc
}

/** A character that no search finds, and that columns are not sent with. */
const titleKey = (title: string): string => comparable(title).replaceAll("\u001e", " ")

export const taskRow = (orgId: string, doc: TaskDoc): TaskRow => ({
  task_id: doc.id,
  team_id: doc.teamId,
  org_id: orgId,
  number: doc.number,
  phase: doc.phase,
  is_open: isOpen(doc.phase),
  member_id: doc.memberId,
  title_key: titleKey(doc.title),
  doc,
})

const isKey = (value: unknown): boolean => typeof value === "string" && value !== "" && isColumnText(value)
const isCount = (value: unknown): boolean => Number.isInteger(value) && Math.abs(value as number) < 2 ** 31

/**
 * The column that lacks what `taskRow` needs, undefined when a row can be made. Asked after every event, so that one event that
 * spoils a document is found; much cheaper than making the row.
 */
export const taskRowFlaw = (orgId: string, doc: TaskDoc): string | undefined => {
  if (!isKey(orgId)) return "org_id"
  if (!isKey(doc.id)) return "task_id"
  if (!isKey(doc.teamId)) return "team_id"
  if (doc.memberId !== null && !isKey(doc.memberId)) return "member_id"
  if (!isCount(doc.number)) return "number"
  return typeof doc.title === "string" ? undefined : "title_key"
}

/**
 * A column per parameter: tasks are most of what is written. The documents stay the text they are: see `text.sql`.
 */
export const taskWrite: RowWrite<TaskRow> = {
  encode: (rows) => [
    columnText(rows.map((row) => row.task_id)),
    columnText(rows.map((row) => row.team_id)),
    columnText(rows.map((row) => row.org_id)),
    columnText(rows.map((row) => row.number)),
    columnText(rows.map((row) => row.phase)),
    columnText(rows.map((row) => row.is_open)),
    columnText(rows.map((row) => row.member_id ?? "")),
    columnText(rows.map((row) => row.title_key)),
    columnText(rows.map((row) => JSON.stringify(row.doc))),
  ],
  inserts: (schema, ...parameters) => [
    `INSERT INTO ${schema}.task (task_id, team_id, org_id, number, phase, is_open, member_id, title_key, doc)
     SELECT r.task_id, r.team_id, r.org_id, r.number::int, r.phase, r.is_open::bool, r.member_id,
       coalesce(r.title_key, ''), r.doc::json
     FROM fence, unnest(${parameters.map(columnArray).join(", ")})
       AS r(task_id, team_id, org_id, number, phase, is_open, member_id, title_key, doc)
     ON CONFLICT (task_id) DO UPDATE
     SET team_id = excluded.team_id, org_id = excluded.org_id, number = excluded.number, phase = excluded.phase,
         is_open = excluded.is_open, member_id = excluded.member_id, title_key = excluded.title_key, doc = excluded.doc`,
  ],
}

export interface TaskSpecRow {
  readonly task_id: string
  readonly spec: TaskSpec
}

export const taskSpecWrite: RowWrite<TaskSpecRow> = {
  encode: (rows) => [
    columnText(rows.map((row) => row.task_id)),
    columnText(rows.map((row) => JSON.stringify(row.spec))),
  ],
  inserts: (schema, ...parameters) => [
    `INSERT INTO ${schema}.task_spec (task_id, spec)
     SELECT r.task_id, r.spec::json FROM fence, unnest(${parameters.map(columnArray).join(", ")}) AS r(task_id, spec)
     ON CONFLICT (task_id) DO UPDATE SET spec = excluded.spec`,
  ],
}
