import type postgres from "postgres"

/** The statements of the port, as the log's reads send them. */
const READS = [
  "SELECT id, stream, type, at, concat('[', revision, ',\"', position, '\",', schema, ',', data, ',', meta, ']') AS rest FROM es.events WHERE position > $1 ORDER BY position LIMIT $2",
  "SELECT id, stream, type, at, concat('[', revision, ',\"', position, '\",', schema, ',', data, ',', meta, ']') AS rest FROM es.events WHERE stream = $1 AND revision > $2 ORDER BY revision LIMIT $3",
  "SELECT coalesce(max(position), 0) AS head FROM es.events",
]

/** Throws when a read of the port would not be an index probe under any parameters. */
export const assertIndexProbes = async (admin: postgres.Sql): Promise<void> => {
  for (const statement of READS) {
    const rows = await admin.unsafe<{ "QUERY PLAN": string }[]>(`EXPLAIN (GENERIC_PLAN) ${statement}`)
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n")
    if (!/Index (?:Only )?Scan/u.test(plan) || /Seq Scan|Sort|Bitmap/u.test(plan))
      throw new Error(`not an index probe: ${statement}\n${plan}`)
  }
}

/** Sequential scans of the log since the server began to count: what es.append does inside shows here too. */
export const sequentialScans = async (admin: postgres.Sql): Promise<number> => {
  const [row] = await admin<{ scans: number }[]>`
    SELECT seq_scan::int AS scans FROM pg_stat_user_tables WHERE schemaname = 'es' AND relname = 'events'`
  if (row === undefined) throw new TypeError("the log has a table")
  return row.scans
}
