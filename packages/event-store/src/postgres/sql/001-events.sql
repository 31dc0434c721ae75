-- The log. Rows are only ever inserted: an UPDATE on the write path would leave dead rows that a long snapshot keeps alive,
-- and throughput would fall with them.

CREATE TABLE es.meta (
  one        bool PRIMARY KEY DEFAULT true CHECK (one),
  generation uuid NOT NULL DEFAULT gen_random_uuid()   -- changes when the log is restored from a copy
);
INSERT INTO es.meta DEFAULT VALUES;

CREATE TABLE es.events (
  position bigint PRIMARY KEY,                         -- 1, 2, 3 … without gaps, in the order of commits
  stream   text COLLATE "C" NOT NULL,
  revision int NOT NULL,                               -- 1 … n in its stream
  id       uuid NOT NULL,                              -- minted by the caller; no index: retries are recognised by their stream
  type     text COLLATE "C" NOT NULL,
  schema   int NOT NULL,
  data     jsonb NOT NULL,
  meta     jsonb NOT NULL,
  at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (stream, revision)                            -- reads one stream; second line of defence for the expected revision
) WITH (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 200000);  -- freeze early

REVOKE ALL ON es.meta, es.events FROM PUBLIC, {{app_role}};
GRANT SELECT ON es.meta TO {{app_role}};
GRANT SELECT, INSERT ON es.events TO {{app_role}};
