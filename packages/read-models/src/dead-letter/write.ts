import type { DeadLetterDoc } from "#src/port.ts"
import type { RowWrite } from "#src/rows.ts"

export interface DeadLetterRow {
  readonly position: string
  readonly team_id: string
  readonly org_id: string
  readonly doc: DeadLetterDoc
}

export const deadLetterWrite: RowWrite = {
  insert: (rows) => `
    INSERT INTO rm.dead_letter (position, team_id, org_id, doc)
    SELECT r.* FROM fence, json_to_recordset(${rows}) AS r(position bigint, team_id text, org_id text, doc jsonb)
    ON CONFLICT (position) DO NOTHING`,
}
