import type { RowWrite } from "#src/rows.ts"
import type { Position } from "@muster/domain"

/** What a stretch of the log adds to one feed: the events at these positions get the numbers from `seq` on. */
export interface FeedStretch {
  readonly feed_id: string
  /** Of the first one. */
  readonly seq: number
  /** At least one; rising. */
  readonly positions: readonly Position[]
}

/** How far a feed reaches after a stretch. */
export const feedHeadAfter = ({
  seq,
  positions,
}: FeedStretch): { readonly seq: number; readonly position: Position } => {
  const position = positions.at(-1)
  if (position === undefined) throw new Error("invariant: a stretch of a feed has events")
  return { seq: seq + positions.length - 1, position }
}

const rowOf = (stretch: FeedStretch) => {
  const head = feedHeadAfter(stretch)
  const { feed_id, seq, positions } = stretch
  return { feed_id, seq, positions: positions.join(" "), head_seq: head.seq, head_position: head.position }
}

/** A repeated seq is a defect of the writer: no ON CONFLICT hides it. */
export const feedWrite: RowWrite<FeedStretch> = {
  encode: (stretches) => [JSON.stringify(stretches.map(rowOf))],
  inserts: (schema, rows) => [
    `INSERT INTO ${schema}.feed (feed_id, seq, position)
     SELECT r.feed_id, r.seq + p.nth::int - 1, p.position
     FROM fence, json_to_recordset(${rows}::text::json) AS r(feed_id text, seq int, positions text),
       unnest(string_to_array(r.positions, ' ')::bigint[]) WITH ORDINALITY AS p(position, nth)`,
    `INSERT INTO ${schema}.feed_head (feed_id, seq, position)
     SELECT r.* FROM fence, json_to_recordset(${rows}::text::json) AS r(feed_id text, head_seq int, head_position bigint)
     ON CONFLICT (feed_id) DO UPDATE SET seq = excluded.seq, position = excluded.position`,
  ],
}
