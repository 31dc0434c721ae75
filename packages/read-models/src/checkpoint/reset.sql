-- Empties the read models for the owner of that epoch. One statement for its caller: a driver's transaction is a connection that
-- is held over several, and one that breaks in between is not survived.
CREATE FUNCTION rm.reset_projection(
  p_name text, p_owner_epoch bigint, p_position bigint, p_generation text, p_feed_version int
) RETURNS bool LANGUAGE plpgsql AS $$
BEGIN
  UPDATE rm.checkpoint SET position = p_position, generation = p_generation, feed_version = p_feed_version
  WHERE name = p_name AND owner_epoch = p_owner_epoch;
  IF NOT FOUND THEN RETURN false; END IF;
  TRUNCATE rm.team, rm.member, rm.task, rm.task_spec, rm.chat_message, rm.app_user, rm.dead_letter,
           rm.feed, rm.feed_head, rm.snapshot;
  RETURN true;
END $$;
REVOKE ALL ON FUNCTION rm.reset_projection FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rm.reset_projection TO {{app_role}};
