import { createHash } from "node:crypto"
import { promisify } from "node:util"
import { gzip } from "node:zlib"
import { connectPg } from "@muster/platform"
import type { TransactionSql } from "postgres"
import { CARRIED_SCHEMAS, quoted } from "#src/backup/database/schemas.ts"
import { pieceName, type TableRecord, type TableRef } from "#src/backup/documents.ts"
import { LIST_PAGE_ROWS, PIECE_BYTES, PIECE_GZIP_LEVEL } from "#src/backup/limits.ts"

const NO_STATEMENT_TIMEOUT = 0
const NEWLINE = 0x0a
const pack = promisify(gzip)

/** What the database was at one moment. */
export interface DatabaseFacts {
  readonly generation: string
  /** Position of the newest event. */
  readonly head: string
  readonly schemas: Readonly<Record<string, number>>
  readonly tables: readonly TableRef[]
}

export interface Snapshot {
  readonly facts: DatabaseFacts
  /** The rows of a table in packed pieces; the record is there when all were taken. */
  readonly dump: (
    table: TableRef,
    take: (name: string, piece: Uint8Array) => Promise<void>,
    onRows: (rows: number) => void,
  ) => Promise<TableRecord>
  /** SHA-256 of every file that an event names. */
  readonly namedBlobs: () => Promise<ReadonlySet<string>>
}

const tablesOf = (sql: TransactionSql): Promise<readonly TableRef[]> => sql<TableRef[]>`
  select n.nspname as schema, c.relname as table,
         json_agg(a.attname order by a.attnum) filter (where a.attgenerated = '') as columns
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where n.nspname in ${sql(CARRIED_SCHEMAS.map(({ schema }) => schema))}
    and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'schema_version'
  group by n.nspname, c.relname
  order by n.nspname desc, c.relname`

const factsOf = async (sql: TransactionSql): Promise<DatabaseFacts> => {
  const schemas: Record<string, number> = {}
  for (const { schema } of CARRIED_SCHEMAS) {
    const [row] = await sql<{ version: number }[]>`
      select max(version)::int as version from ${sql(schema)}.schema_version`
    schemas[schema] = row?.version ?? 0
  }
  const [log] = await sql<{ generation: string; head: string }[]>`
    select (select generation::text from es.meta) as generation,
           (select coalesce(max(position), 0)::text from es.events) as head`
  return { generation: log?.generation ?? "", head: log?.head ?? "0", schemas, tables: await tablesOf(sql) }
}

const countRows = (chunk: Uint8Array): number => {
  let rows = 0
  // COPY writes a newline inside of a value as \n: a bare one ends a row.
  for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) rows += 1
  return rows
}

const dumpTable = async (
  sql: TransactionSql,
  ref: TableRef,
  take: (name: string, piece: Uint8Array) => Promise<void>,
  onRows: (rows: number) => void,
): Promise<TableRecord> => {
  const hash = createHash("sha256")
  let rows = 0
  let bytes = 0
  let pieces = 0
  let held: Uint8Array[] = []
  let heldBytes = 0
  const flush = async (): Promise<void> => {
    if (heldBytes === 0) return
    const piece = await pack(Buffer.concat(held), { level: PIECE_GZIP_LEVEL })
    held = []
    heldBytes = 0
    await take(pieceName(ref, pieces), piece)
    pieces += 1
    onRows(rows)
  }
  const columns = ref.columns.map(quoted).join(", ")
  const stream = await sql.unsafe(`copy ${quoted(ref.schema)}.${quoted(ref.table)} (${columns}) to stdout`).readable()
  // Read by hand: as long as a piece is packed nothing more is taken from the database.
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk)
    rows += countRows(chunk)
    bytes += chunk.byteLength
    held.push(chunk)
    heldBytes += chunk.byteLength
    if (heldBytes >= PIECE_BYTES) await flush()
  }
  await flush()
  return { schema: ref.schema, table: ref.table, rows, bytes, sha256: hash.digest("hex") }
}

const namedBlobsOf = async (sql: TransactionSql): Promise<ReadonlySet<string>> => {
  const named = new Set<string>()
  const pages = sql<{ sha256: string }[]>`
    select distinct data ->> 'sha256' as sha256 from es.events where data ->> 'sha256' is not null`.cursor(
    LIST_PAGE_ROWS,
  )
  for await (const page of pages) for (const { sha256 } of page) named.add(sha256)
  return named
}

/**
 * Shows the database as it is at this moment, whatever is written meanwhile: one read-only transaction at one snapshot. The log is only
 * inserted into, so that a long one costs its writers nothing. `url` needs to read schemas `es` and `app`.
 */
export const withSnapshot = async <A>(url: string, use: (snapshot: Snapshot) => Promise<A>): Promise<A> => {
  const sql = connectPg({
    url,
    max: 1,
    applicationName: "muster-backup",
    statementTimeoutMillis: NO_STATEMENT_TIMEOUT,
  })
  try {
    return (await sql.begin("isolation level repeatable read read only", async (transaction) => {
      // While a disk is slow the transaction waits for us.
      await transaction`set local idle_in_transaction_session_timeout = 0`
      await transaction`set local timezone = 'UTC'`
      await transaction`set local datestyle = 'ISO'`
      const facts = await factsOf(transaction)
      return use({
        facts,
        dump: (table, take, onRows) => dumpTable(transaction, table, take, onRows),
        namedBlobs: () => namedBlobsOf(transaction),
      })
    })) as A
  } finally {
    await sql.end({ timeout: 5 })
  }
}
