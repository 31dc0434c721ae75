-- One row per thing that waits for people, in all teams; it goes when it waits no more.
CREATE TABLE rm.need (
  need_id   text COLLATE "C" PRIMARY KEY,
  org_id    text COLLATE "C" NOT NULL,
  team_id   text COLLATE "C" NOT NULL,
  member_id text COLLATE "C",
  rank      int NOT NULL,                        -- of its kind in the list
  place     bigint NOT NULL,                     -- among those of its kind
  doc       json NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX need_by_place ON rm.need (org_id, rank, place);
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON rm.need TO {{app_role}};

-- What a person said of one of them. Marks of what is gone go with it.
CREATE TABLE rm.need_mark (
  user_id text COLLATE "C" NOT NULL,
  need_id text COLLATE "C" NOT NULL,
  kind    text COLLATE "C" NOT NULL,             -- none, done, snoozed
  until   text COLLATE "C" NOT NULL,             -- of a snoozed one; instants of one form, which compare as text
  PRIMARY KEY (user_id, need_id)
) WITH (fillfactor = 80);
CREATE INDEX need_mark_by_need ON rm.need_mark (need_id);
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON rm.need_mark TO {{app_role}};
