import postgres from "postgres"

/** Text of every row of every table in the read models' schema, by table. */
export type Dump = Readonly<Record<string, readonly string[]>>

/**
 * Reads all tables of schema `rm`, each row as the text of its columns in the order of the table, rows in the order of that text. The
 * epoch of the checkpoint's owner is left out: it counts who held the projection, and a replay is one more.
 */
export const dumpReadModels = async (url: string): Promise<Dump> => {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    const columns = await sql<{ table: string; column: string }[]>`
      select table_name as table, column_name as column from information_schema.columns
      where table_schema = 'rm' and column_name <> 'owner_epoch' and table_name <> 'schema_version'
      order by table_name, ordinal_position`
    const dump: Record<string, readonly string[]> = {}
    for (const table of new Set(columns.map((column) => column.table))) {
      const names = columns.filter((column) => column.table === table).map(({ column }) => sql(column))
      const asText = names.map((name, index) => (index === 0 ? sql`${name}::text` : sql`, ${name}::text`))
      const rows = await sql<{ row: string }[]>`
        select row_to_json(r)::text as row from (select ${asText} from rm.${sql(table)}) r order by 1`
      dump[table] = rows.map(({ row }) => row)
    }
    return dump
  } finally {
    await sql.end({ timeout: 5 })
  }
}
