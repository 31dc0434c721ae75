-- Read models are made anew beside those in use: in schema rm_next, without the indexes that only readers need, which are made at the
-- end. Then all tables change places in one transaction, so that readers see the old ones or the new ones, whole.
--
-- The application may not change tables. These functions do it for it, as their owner, for the owner of the projection alone. They
-- take their tables from the catalog: whatever stands in rm beside the checkpoint is a read model.
CREATE SCHEMA IF NOT EXISTS rm_next;
REVOKE ALL ON SCHEMA rm_next FROM PUBLIC;
GRANT USAGE ON SCHEMA rm_next TO {{app_role}};

CREATE FUNCTION rm.read_model_tables() RETURNS SETOF pg_catalog.pg_class LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT c.* FROM pg_class c
  WHERE c.relnamespace = 'rm'::regnamespace AND c.relkind = 'r' AND c.relname NOT IN ('checkpoint', 'schema_version')
  ORDER BY c.relname
$$;
REVOKE ALL ON FUNCTION rm.read_model_tables FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rm.read_model_tables TO {{app_role}};

-- Takes the place of the function of the same name that listed its tables.
CREATE OR REPLACE FUNCTION rm.reset_projection(
  p_name text, p_owner_epoch bigint, p_position bigint, p_generation text, p_feed_version int
) RETURNS bool LANGUAGE plpgsql AS $$
BEGIN
  UPDATE rm.checkpoint SET position = p_position, generation = p_generation, feed_version = p_feed_version
  WHERE name = p_name AND owner_epoch = p_owner_epoch;
  IF NOT FOUND THEN RETURN false; END IF;
  EXECUTE (SELECT 'TRUNCATE ' || string_agg(format('rm.%I', t.relname), ', ') FROM rm.read_model_tables() t);
  RETURN true;
END $$;

-- Empty tables beside those in use, with a checkpoint of their own. What an earlier attempt left there goes. False: not the owner.
CREATE FUNCTION rm.begin_build(
  p_name text, p_owner_epoch bigint, p_position bigint, p_generation text, p_feed_version int
) RETURNS bool LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_table record;
  v_right record;
  v_key   record;
BEGIN
  PERFORM 1 FROM rm.checkpoint c WHERE c.name = p_name AND c.owner_epoch = p_owner_epoch FOR UPDATE;
  IF NOT FOUND THEN RETURN false; END IF;
  FOR v_table IN SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'rm_next'::regnamespace AND c.relkind = 'r' LOOP
    EXECUTE format('DROP TABLE rm_next.%I', v_table.relname);
  END LOOP;
  FOR v_table IN
    SELECT t.oid, t.relname, t.reloptions, t.relacl FROM rm.read_model_tables() t
    UNION ALL SELECT c.oid, c.relname, c.reloptions, c.relacl FROM pg_class c WHERE c.oid = 'rm.checkpoint'::regclass
  LOOP
    EXECUTE format('CREATE TABLE rm_next.%1$I (LIKE rm.%1$I INCLUDING ALL EXCLUDING INDEXES)', v_table.relname);
    IF v_table.reloptions IS NOT NULL THEN
      EXECUTE format('ALTER TABLE rm_next.%I SET (%s)', v_table.relname, array_to_string(v_table.reloptions, ', '));
    END IF;
    FOR v_right IN
      SELECT a.privilege_type, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END AS grantee
      FROM aclexplode(v_table.relacl) a
    LOOP
      EXECUTE format('GRANT %s ON rm_next.%I TO %s', v_right.privilege_type, v_table.relname, v_right.grantee);
    END LOOP;
    -- Rows are found by their key while the tables are filled, and a second row under one is refused.
    FOR v_key IN
      SELECT k.conname, pg_get_constraintdef(k.oid) AS definition FROM pg_constraint k
      WHERE k.conrelid = v_table.oid AND k.contype = 'p'
    LOOP
      EXECUTE format('ALTER TABLE rm_next.%I ADD CONSTRAINT %I %s', v_table.relname, v_key.conname, v_key.definition);
    END LOOP;
  END LOOP;
  INSERT INTO rm_next.checkpoint (name, position, generation, feed_version, owner_epoch)
  VALUES (p_name, p_position, p_generation, p_feed_version, p_owner_epoch);
  RETURN true;
END $$;

-- The keys and indexes that the tables in use have and the new ones lack, and what the planner wants to know. False: not the owner.
CREATE FUNCTION rm.index_build(p_name text, p_owner_epoch bigint) RETURNS bool
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET maintenance_work_mem = '128MB'
SET default_statistics_target = 20 AS $$           -- few columns are asked by, and sampling many documents takes as long as the indexes
DECLARE
  v_table record;
  v_index record;
BEGIN
  PERFORM 1 FROM rm_next.checkpoint c WHERE c.name = p_name AND c.owner_epoch = p_owner_epoch;
  IF NOT FOUND THEN RETURN false; END IF;
  FOR v_table IN SELECT t.oid, t.relname FROM rm.read_model_tables() t LOOP
    FOR v_index IN
      SELECT i.relname, k.conname, pg_get_constraintdef(k.oid) AS key, pg_get_indexdef(i.oid) AS definition
      FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.contype IN ('p', 'u')
      WHERE x.indrelid = v_table.oid AND to_regclass(format('rm_next.%I', i.relname)) IS NULL
    LOOP
      IF v_index.conname IS NULL THEN
        EXECUTE replace(v_index.definition, format(' ON rm.%I ', v_table.relname), format(' ON rm_next.%I ', v_table.relname));
      ELSE
        EXECUTE format('ALTER TABLE rm_next.%I ADD CONSTRAINT %I %s', v_table.relname, v_index.conname, v_index.key);
      END IF;
    END LOOP;
    EXECUTE format('ANALYZE rm_next.%I', v_table.relname);
  END LOOP;
  RETURN true;
END $$;

-- The new tables take the place of those in use, and the new checkpoint with them. False: not the owner, or not at that position.
CREATE FUNCTION rm.swap_build(p_name text, p_owner_epoch bigint, p_position bigint) RETURNS bool
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
  v_table record;
BEGIN
  UPDATE rm.checkpoint c SET position = n.position, generation = n.generation, feed_version = n.feed_version
  FROM rm_next.checkpoint n
  WHERE c.name = p_name AND c.owner_epoch = p_owner_epoch
    AND n.name = p_name AND n.owner_epoch = p_owner_epoch AND n.position = p_position;
  IF NOT FOUND THEN RETURN false; END IF;
  -- All at once and in one order: a reader that waits here has none of them yet.
  EXECUTE (SELECT 'LOCK TABLE ' || string_agg(format('rm.%I', t.relname), ', ') || ' IN ACCESS EXCLUSIVE MODE' FROM rm.read_model_tables() t);
  FOR v_table IN SELECT t.relname FROM rm.read_model_tables() t LOOP
    EXECUTE format('DROP TABLE rm.%I', v_table.relname);
    EXECUTE format('ALTER TABLE rm_next.%I SET SCHEMA rm', v_table.relname);
  END LOOP;
  DROP TABLE rm_next.checkpoint;
  RETURN true;
END $$;

REVOKE ALL ON FUNCTION rm.begin_build, rm.index_build, rm.swap_build FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rm.begin_build, rm.index_build, rm.swap_build TO {{app_role}};
