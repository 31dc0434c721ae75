-- One row per message; rows never change.
CREATE TABLE rm.chat_message (
  message_id text COLLATE "C" PRIMARY KEY,
  team_id    text COLLATE "C" NOT NULL,
  org_id     text COLLATE "C" NOT NULL,
  position   bigint NOT NULL,
  doc        jsonb NOT NULL
);
CREATE INDEX chat_message_by_team ON rm.chat_message (team_id, position);
