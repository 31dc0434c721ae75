import { comparable, jsonRows } from "#src/rows.ts"
import type { UserDoc } from "@muster/contracts"

export interface UserRow {
  readonly user_id: string
  readonly org_id: string
  readonly name_key: string
  readonly position: string
  readonly doc: UserDoc
}

export const userRow = (doc: UserDoc): UserRow => ({
  user_id: doc.id,
  org_id: doc.orgId,
  name_key: comparable(doc.name),
  position: doc.position,
  doc,
})

export const userWrite = jsonRows<UserRow>(
  (schema, rows) => `
    INSERT INTO ${schema}.app_user (user_id, org_id, name_key, position, doc)
    SELECT r.* FROM fence, json_to_recordset(${rows}) AS r(user_id text, org_id text, name_key text, position bigint, doc jsonb)
    ON CONFLICT (user_id) DO UPDATE
    SET org_id = excluded.org_id, name_key = excluded.name_key, position = excluded.position, doc = excluded.doc`,
)
