-- One row per bus entry that could not be understood.
CREATE TABLE rm.dead_letter (
  position bigint PRIMARY KEY,
  team_id  text COLLATE "C" NOT NULL,
  org_id   text COLLATE "C" NOT NULL,
  doc      jsonb NOT NULL
);
CREATE INDEX dead_letter_by_team ON rm.dead_letter (team_id, position);
