-- One row per member, removed ones too.
CREATE TABLE rm.member (
  member_id  text COLLATE "C" PRIMARY KEY,
  team_id    text COLLATE "C" NOT NULL,
  org_id     text COLLATE "C" NOT NULL,
  is_removed bool NOT NULL,
  placement  text COLLATE "C" NOT NULL,
  created_at text COLLATE "C" NOT NULL,
  position   bigint NOT NULL,
  doc        jsonb NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX member_by_team ON rm.member (team_id);
