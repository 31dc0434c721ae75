-- One row per person who may sign in.
CREATE TABLE rm.app_user (
  user_id  text COLLATE "C" PRIMARY KEY,
  org_id   text COLLATE "C" NOT NULL,
  name_key text COLLATE "C" NOT NULL,            -- the name as sign-in compares it
  position bigint NOT NULL,
  doc      jsonb NOT NULL
);
CREATE INDEX app_user_by_name ON rm.app_user (org_id, name_key);
