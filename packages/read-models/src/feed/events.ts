import type postgres from "postgres"

/** A piece of a statement. */
export type Fragment = postgres.PendingQuery<postgres.Row[]>

/**
 * The event of the log that a row `f` of a team's feed stands for, in the shape of a feed's events: to be joined LATERAL. Only an
 * event of that team is given, so that a feed that does not belong to the log shows nobody what is not theirs. OFFSET 0 keeps the
 * planner at what is always right: one probe of the log's key per row of the feed. `more` are conditions on the event, `e`.
 */
export const eventsOf = (sql: postgres.Sql, teamId: string, more: Fragment = sql``): Fragment => sql`(
  SELECT e.position, e.id, e.stream, e.revision, e.type, e.schema, e.data, e.meta,
    to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at
  FROM es.events e
  WHERE e.position = f.position AND e.meta->>'team' = ${teamId} ${more}
  OFFSET 0)`
