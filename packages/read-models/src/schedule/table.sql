-- One row per schedule; deleted ones stay, so that a task can tell where it came from.
CREATE TABLE rm.schedule (
  schedule_id text COLLATE "C" PRIMARY KEY,
  team_id     text COLLATE "C" NOT NULL,
  org_id      text COLLATE "C" NOT NULL,
  is_deleted  bool NOT NULL,
  created_at  text COLLATE "C" NOT NULL,
  position    bigint NOT NULL,
  doc         jsonb NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX schedule_by_team ON rm.schedule (team_id, created_at) WHERE NOT is_deleted;
GRANT SELECT, INSERT, UPDATE, TRUNCATE ON rm.schedule TO {{app_role}};
