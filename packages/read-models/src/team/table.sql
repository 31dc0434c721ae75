-- One row per team. Columns beside `doc` are what queries filter by; people see `doc`.
CREATE TABLE rm.team (
  team_id     text COLLATE "C" PRIMARY KEY,
  org_id      text COLLATE "C" NOT NULL,
  is_archived bool NOT NULL,
  position    bigint NOT NULL,
  doc         jsonb NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX team_by_org ON rm.team (org_id);
