-- The log once more, per subscriber stream: `seq` counts 1, 2, 3 … in its feed without gaps. Rows never change.
CREATE TABLE rm.feed (
  feed_id  text COLLATE "C" NOT NULL,
  seq      int NOT NULL,
  position bigint NOT NULL,
  type     text COLLATE "C" NOT NULL,
  task_id  text COLLATE "C",
  event    json NOT NULL,                        -- text as it is: read whole, never searched
  PRIMARY KEY (feed_id, seq)
);
CREATE INDEX feed_by_position ON rm.feed (feed_id, position);
CREATE INDEX feed_by_task ON rm.feed (task_id, seq) WHERE task_id IS NOT NULL;

CREATE TABLE rm.feed_head (
  feed_id  text COLLATE "C" PRIMARY KEY,
  seq      int NOT NULL,
  position bigint NOT NULL
) WITH (fillfactor = 50);
