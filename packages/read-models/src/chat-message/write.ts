import { jsonRows } from "#src/rows.ts"
import type { ChatMessageDoc } from "@muster/contracts"

export interface ChatMessageRow {
  readonly message_id: string
  readonly team_id: string
  readonly org_id: string
  readonly position: string
  readonly doc: ChatMessageDoc
}

export const chatMessageRow = (orgId: string, doc: ChatMessageDoc): ChatMessageRow => ({
  message_id: doc.id,
  team_id: doc.teamId,
  org_id: orgId,
  position: doc.position,
  doc,
})

export const chatMessageWrite = jsonRows<ChatMessageRow>(
  (schema, rows) => `
    INSERT INTO ${schema}.chat_message (message_id, team_id, org_id, position, doc)
    SELECT r.* FROM fence, json_to_recordset(${rows}) AS r(message_id text, team_id text, org_id text, position bigint, doc jsonb)
    ON CONFLICT (message_id) DO NOTHING`,
)
