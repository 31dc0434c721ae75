-- Data and meta as the text they came as. The server checks JSON text and keeps it, where jsonb is taken apart for each insert and put together
-- again for each read; nothing asks the log by what is inside. And an event comes back with its keys as they were sent: what is made of it is the
-- same to the byte whether it comes from memory or from the table.
ALTER TABLE es.events ALTER COLUMN data TYPE json USING data::json, ALTER COLUMN meta TYPE json USING meta::json;

-- es.append as it was, but for the type of what it inserts: see 004.
CREATE OR REPLACE FUNCTION es.append(
  p_streams text[], p_expected bigint[], p_counts int[], p_first uuid[], p_last uuid[],
  p_req int[], p_estream text[], p_k int[], p_ids uuid[], p_types text[], p_schemas int[], p_data text[], p_meta text[],
  OUT base bigint, OUT stored_at timestamptz, OUT outcome int[], OUT current bigint[], OUT before bigint[], OUT earlier bigint[]
)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  v_total bigint;  -- events to insert
BEGIN
  PERFORM pg_advisory_xact_lock(7301);
  stored_at := clock_timestamp();
  SELECT coalesce(max(e.position), 0) INTO base FROM es.events e;

  SELECT array_agg(q.outcome ORDER BY q.ord), array_agg(q.current ORDER BY q.ord), array_agg(q.earlier ORDER BY q.ord),
         array_agg(q.upto - q.n ORDER BY q.ord), coalesce(max(q.upto) FILTER (WHERE q.outcome = 0), 0)
    INTO outcome, current, earlier, before, v_total
  FROM (
    SELECT p.ord, p.n, p.outcome, p.current, p.earlier,
           sum(CASE WHEN p.outcome = 0 THEN p.n ELSE 0 END) OVER (ORDER BY p.ord)
             + CASE WHEN p.outcome = 0 THEN 0 ELSE p.n END AS upto
    FROM (
      SELECT r.ord, r.n, stored.position - r.n + 1 AS earlier,
             coalesce(stored.revision, tail.revision, 0)::bigint AS current,
             CASE WHEN stored.revision IS NOT NULL THEN 2
                  WHEN r.expected = -1 OR r.expected = coalesce(tail.revision, 0) THEN 0
                  ELSE 1 END AS outcome
      FROM unnest(p_streams, p_expected, p_counts, p_first, p_last) WITH ORDINALITY AS r(name, expected, n, first, last, ord)
      LEFT JOIN LATERAL (
        SELECT e.revision, e.id FROM es.events e WHERE e.stream = r.name ORDER BY e.revision DESC LIMIT 1
      ) tail ON true
      -- A retry finds its own events where it wants to write (or, for "any", at the end). Probed only if that can be.
      LEFT JOIN LATERAL (
        SELECT e.revision, e.position FROM es.events e
        WHERE (CASE WHEN r.expected = -1 THEN tail.id = r.last ELSE r.expected < tail.revision END)
          AND e.stream = r.name
          AND e.revision = CASE WHEN r.expected = -1 THEN tail.revision ELSE r.expected + r.n END
          AND e.id = r.last
          AND EXISTS (SELECT 1 FROM es.events f
                      WHERE f.stream = r.name AND f.revision = e.revision - r.n + 1 AND f.id = r.first)
      ) stored ON true
    ) p
  ) q;

  IF v_total > 0 THEN
    INSERT INTO es.events (position, stream, revision, id, type, schema, data, meta, at)
      SELECT base + before[u.req] + u.k, u.stream, current[u.req] + u.k, u.id, u.type, u.schema, u.data::json, u.meta::json,
             stored_at
      FROM unnest(p_req, p_estream, p_k, p_ids, p_types, p_schemas, p_data, p_meta)
        AS u(req, stream, k, id, type, schema, data, meta)
      WHERE outcome[u.req] = 0;
  END IF;
END $$;

REVOKE ALL ON FUNCTION es.append FROM PUBLIC;
GRANT EXECUTE ON FUNCTION es.append TO {{app_role}};
