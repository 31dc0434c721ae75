import type { RowWrite } from "#src/rows.ts"
import type { RecordedEvent } from "@muster/domain"

export interface FeedRow {
  readonly feed_id: string
  readonly seq: number
  readonly position: string
  readonly type: string
  readonly task_id: string | null
  /** As the log gave it: readers bring old shapes up to date themselves. */
  readonly event: RecordedEvent
}

export interface FeedHeadRow {
  readonly feed_id: string
  readonly seq: number
  readonly position: string
}

/** A repeated seq is a defect of the writer: no ON CONFLICT hides it. */
export const feedWrite: RowWrite = {
  insert: (rows) => `
    INSERT INTO rm.feed (feed_id, seq, position, type, task_id, event)
    SELECT r.* FROM fence, json_to_recordset(${rows}) AS r(
      feed_id text, seq int, position bigint, type text, task_id text, event json)`,
}

export const feedHeadWrite: RowWrite = {
  insert: (rows) => `
    INSERT INTO rm.feed_head (feed_id, seq, position)
    SELECT r.* FROM fence, json_to_recordset(${rows}) AS r(feed_id text, seq int, position bigint)
    ON CONFLICT (feed_id) DO UPDATE SET seq = excluded.seq, position = excluded.position`,
}
