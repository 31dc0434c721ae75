-- es.find_stored: which of these requests are in the log? Asked after a lost reply, for requests without an expected revision
-- (the others are recognised by es.append itself). It walks the stream, because ids have no index: rare, and exact.
--
-- In:  one element per request: stream, number of events, ids of the first and the last event.
-- Out: a row for each request that is stored: its 1-based number, revision and position of its first event.
CREATE FUNCTION es.find_stored(p_streams text[], p_counts int[], p_first uuid[], p_last uuid[])
RETURNS TABLE (req int, first_revision int, first_position bigint)
LANGUAGE sql STABLE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
  SELECT r.ord::int, f.revision, f.position
  FROM unnest(p_streams, p_counts, p_first, p_last) WITH ORDINALITY AS r(name, n, first, last, ord)
  JOIN es.events f ON f.stream = r.name AND f.id = r.first
  JOIN es.events l ON l.stream = r.name AND l.revision = f.revision + r.n - 1 AND l.id = r.last
$$;

REVOKE ALL ON FUNCTION es.find_stored FROM PUBLIC;
GRANT EXECUTE ON FUNCTION es.find_stored TO {{app_role}};
