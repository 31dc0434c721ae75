-- How far the log is in the tables beside this one. It moves in the statement that writes them, or not at all.
CREATE TABLE rm.checkpoint (
  name         text COLLATE "C" PRIMARY KEY,
  position     bigint NOT NULL,
  generation   text COLLATE "C" NOT NULL,        -- of the log; another one means that the log was restored from a copy
  feed_version int NOT NULL,                     -- of the reducers
  owner_epoch  bigint NOT NULL                   -- counts owners; a writer of an earlier epoch writes nothing
) WITH (fillfactor = 10);
