-- The team view after some events of its feed, so that a jump into the past folds few events. Disposable.
CREATE TABLE rm.snapshot (
  team_id      text COLLATE "C" NOT NULL,
  feed_version int NOT NULL,                     -- of the reducers that folded it
  seq          int NOT NULL,
  position     bigint NOT NULL,
  state        jsonb NOT NULL,
  PRIMARY KEY (team_id, feed_version, seq)
);
