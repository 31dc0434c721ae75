import type { RecordedEvent } from "@muster/domain"
import type postgres from "postgres"

/** The log's table, as far as feeds read it. The log itself belongs to another adapter. */
export const makeLog = async (owner: postgres.Sql): Promise<void> => {
  await owner.unsafe(`
    CREATE SCHEMA es;
    GRANT USAGE ON SCHEMA es TO muster_app;
    CREATE TABLE es.events (
      position bigint PRIMARY KEY, stream text COLLATE "C" NOT NULL, revision int NOT NULL, id uuid NOT NULL,
      type text COLLATE "C" NOT NULL, schema int NOT NULL, data json NOT NULL, meta json NOT NULL, at timestamptz NOT NULL,
      UNIQUE (stream, revision)
    );
    GRANT SELECT ON es.events TO muster_app`)
}

/** Puts events into the log in the place of what was there. */
export const storeEvents = async (admin: postgres.Sql, events: readonly RecordedEvent[]): Promise<void> => {
  await admin`TRUNCATE es.events`
  await admin`
    INSERT INTO es.events (position, stream, revision, id, type, schema, data, meta, at)
    SELECT r.* FROM json_to_recordset(${JSON.stringify(events)}::text::json) AS r(
      position bigint, stream text, revision int, id uuid, type text, schema int, data json, meta json, at timestamptz)`
}
