import type { BenchContext } from "../frame.ts"
import { newWork } from "./workload.ts"
import postgres from "postgres"

export interface RawLog {
  /** Stores a batch of so many streams with so many events each, in one statement. */
  readonly insert: (streams: number, eventsPerStream: number) => Promise<void>
}

/**
 * The least that stores events: one `INSERT … SELECT unnest` per batch into a table with our columns and our two indexes. It
 * checks nothing, answers nothing and orders by a sequence, so readers of it could skip events.
 */
export const openRawLog = async (
  { ownerUrl }: { readonly ownerUrl: string },
  { defer }: Pick<BenchContext, "defer">,
): Promise<RawLog> => {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => undefined })
  defer(() => sql.end({ timeout: 0 }))
  await sql`
    CREATE TABLE raw_events (
      position bigserial PRIMARY KEY, stream text COLLATE "C" NOT NULL, revision int NOT NULL, id uuid NOT NULL,
      type text COLLATE "C" NOT NULL, schema int NOT NULL, data json NOT NULL, meta json NOT NULL,
      at timestamptz NOT NULL DEFAULT clock_timestamp(), UNIQUE (stream, revision))`
  return {
    insert: async (streams, eventsPerStream) => {
      const rows = Array.from({ length: streams }, () => newWork(eventsPerStream)).flatMap(({ stream, events }) =>
        events.map((event, index) => ({ stream, revision: index + 1, event })),
      )
      await sql`
        INSERT INTO raw_events (stream, revision, id, type, schema, data, meta)
        SELECT stream, revision, id, type, schema, data::json, meta::json FROM unnest(
          ${rows.map((row) => row.stream)}::text[], ${rows.map((row) => row.revision)}::int[],
          ${rows.map((row) => row.event.id)}::uuid[], ${rows.map((row) => row.event.type)}::text[],
          ${rows.map((row) => row.event.schema)}::int[],
          ${rows.map((row) => JSON.stringify(row.event.data))}::text[],
          ${rows.map((row) => JSON.stringify(row.event.meta))}::text[]
        ) AS e(stream, revision, id, type, schema, data, meta)`
    },
  }
}
