import type { DeadLetterDoc } from "#src/port.ts"
import { jsonRows } from "#src/rows.ts"

export interface DeadLetterRow {
  readonly position: string
  readonly team_id: string
  readonly org_id: string
  readonly doc: DeadLetterDoc
}

export const deadLetterWrite = jsonRows<DeadLetterRow>(
  (schema, rows) => `
    INSERT INTO ${schema}.dead_letter (position, team_id, org_id, doc)
    SELECT r.* FROM fence, json_to_recordset(${rows}) AS r(position bigint, team_id text, org_id text, doc jsonb)
    ON CONFLICT (position) DO NOTHING`,
)

/** What became of an entry that an earlier step has written. */
export interface DeadLetterSettlementRow {
  readonly position: string
  readonly state: DeadLetterDoc["state"]
  readonly settled_at: string
}

export const deadLetterSettlementWrite = jsonRows<DeadLetterSettlementRow>(
  (schema, rows) => `
    UPDATE ${schema}.dead_letter AS d
    SET doc = d.doc || jsonb_build_object('state', r.state, 'settledAt', r.settled_at)
    FROM fence, json_to_recordset(${rows}) AS r(position bigint, state text, settled_at text)
    WHERE d.position = r.position`,
)
