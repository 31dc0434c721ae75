-- The application reads and writes the read models; a rebuild empties them. It cannot change the tables themselves.
GRANT SELECT, INSERT, UPDATE, TRUNCATE ON
  rm.team, rm.member, rm.task, rm.task_spec, rm.chat_message, rm.app_user, rm.dead_letter,
  rm.feed, rm.feed_head, rm.snapshot
TO {{app_role}};
GRANT SELECT, INSERT, UPDATE ON rm.checkpoint TO {{app_role}};
