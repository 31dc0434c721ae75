-- One row per task. What was asked for never changes and can be long: it has a table of its own, so that progress does not
-- rewrite it.
CREATE TABLE rm.task (
  task_id   text COLLATE "C" PRIMARY KEY,
  team_id   text COLLATE "C" NOT NULL,
  org_id    text COLLATE "C" NOT NULL,
  number    int NOT NULL,                        -- human number in the team, in the order of the log
  phase     text COLLATE "C" NOT NULL,
  is_open   bool NOT NULL,
  member_id text COLLATE "C" NOT NULL,
  revision  int NOT NULL,                        -- of the task's stream
  position  bigint NOT NULL,
  title_key text COLLATE "C" NOT NULL,           -- the title as searches compare it
  doc       jsonb NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX task_by_number ON rm.task (team_id, number);
CREATE INDEX task_open ON rm.task (team_id, number) WHERE is_open;
CREATE INDEX task_by_member ON rm.task (member_id, number);

CREATE TABLE rm.task_spec (
  task_id text COLLATE "C" PRIMARY KEY,
  spec    jsonb NOT NULL
);
