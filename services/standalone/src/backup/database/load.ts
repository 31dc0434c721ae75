import { createHash } from "node:crypto"
import { once } from "node:events"
import type { Writable } from "node:stream"
import { promisify } from "node:util"
import { gunzip } from "node:zlib"
import { voidGivenAccess } from "@muster/operational-state"
import { connectPg, migrateWithin } from "@muster/platform"
import type { TransactionSql } from "postgres"
import { ALL_SCHEMAS, CARRIED_SCHEMAS, quoted } from "#src/backup/database/schemas.ts"
import type { BackupHeader, TableRecord, TableRef } from "#src/backup/documents.ts"
import { DatabaseInUse, DatabaseRefused, TargetNotEmpty } from "#src/backup/errors.ts"
import { PIECE_UNPACKED_MAX_BYTES } from "#src/backup/limits.ts"

const NO_STATEMENT_TIMEOUT = 0
const CONNECTIONS = 1
const unpack = promisify(gunzip)

export interface LoadOptions {
  /** As the role that owns the database. */
  readonly ownerUrl: string
  /** Role of the services. */
  readonly appRole: string
  readonly header: BackupHeader
  /** The log's generation from now on. */
  readonly generation: string
  /** What schemas that are in the way are renamed with; undefined: refuse when there are any. */
  readonly asideSuffix: string | undefined
}

/** Takes the pieces of the backup, in its order. */
export interface Loader {
  readonly piece: (table: Pick<TableRef, "schema" | "table">, packed: Uint8Array) => Promise<void>
  /** All pieces were given: ends the last table, runs newer migrations, settles what may not come back. */
  readonly finish: (expected: readonly TableRecord[]) => Promise<void>
}

const schemasThere = async (sql: TransactionSql): Promise<readonly string[]> => {
  const rows = await sql<{ name: string }[]>`
    select nspname as name from pg_namespace where nspname in ${sql([...ALL_SCHEMAS])}`
  return rows.map(({ name }) => name)
}

/** A Muster that starts now waits for the migration locks that we hold; one that runs has sessions. */
const refuseWhileUsed = async (sql: TransactionSql): Promise<void> => {
  const [row] = await sql<{ sessions: number }[]>`
    select count(*)::int as sessions from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
      and application_name like 'muster-%'
      and not (application_name = 'muster-migrate' and coalesce(wait_event_type, '') = 'Lock')`
  if (row !== undefined && row.sessions > 0) throw new DatabaseInUse({ sessions: row.sessions })
}

/** Waits until the stream takes more, or never will; leaves no listener behind, however often it is called. */
const drainedOrClosed = async (stream: Writable): Promise<void> => {
  const done = new AbortController()
  const { signal } = done
  try {
    await Promise.race([once(stream, "drain", { signal }), once(stream, "close", { signal })])
  } finally {
    done.abort()
  }
}

/** Feeds one table; errors of the server come out of `end`. */
const openCopy = async (sql: TransactionSql, ref: TableRef) => {
  const columns = ref.columns.map(quoted).join(", ")
  const name = `${quoted(ref.schema)}.${quoted(ref.table)}`
  // What the migrations put in is in the backup too.
  await sql.unsafe(`delete from ${name}`)
  const stream = await sql.unsafe(`copy ${name} (${columns}) from stdin`).writable()
  let failure: unknown
  stream.on("error", (error) => {
    failure = error
  })
  const endStream = stream._final.bind(stream)
  const isEnded = new Promise<void>((resolve) => {
    stream._final = (done) => {
      endStream(done)
      resolve()
    }
  })
  const hash = createHash("sha256")
  let bytes = 0
  return {
    ref,
    write: async (chunk: Uint8Array): Promise<void> => {
      if (failure !== undefined) throw failure
      hash.update(chunk)
      bytes += chunk.byteLength
      if (!stream.write(chunk)) await drainedOrClosed(stream)
    },
    end: async (): Promise<{ readonly bytes: number; readonly sha256: string }> => {
      stream.end()
      // The driver (3.4.9) never says that the server refused the last rows; the transaction's next statement does. It may be sent
      // as soon as the end of the rows was.
      await Promise.race([isEnded, once(stream, "close")])
      if (failure !== undefined) throw failure
      await sql`select 1`
      return { bytes, sha256: hash.digest("hex") }
    },
  }
}
type OpenCopy = Awaited<ReturnType<typeof openCopy>>

const nameOf = ({ schema, table }: Pick<TableRef, "schema" | "table">): string => `${schema}.${table}`

const makeLoader = (sql: TransactionSql, { header, appRole, generation }: LoadOptions): Loader => {
  let current: OpenCopy | undefined
  const loaded = new Map<string, { readonly bytes: number; readonly sha256: string }>()

  const refused = async <A>(table: string, work: () => Promise<A>): Promise<A> => {
    try {
      return await work()
    } catch (cause) {
      throw new DatabaseRefused({ table, cause })
    }
  }
  const close = async (): Promise<void> => {
    const open = current
    current = undefined
    if (open === undefined) return
    const table = nameOf(open.ref)
    loaded.set(table, await refused(table, open.end))
  }

  return {
    piece: async (table, packed) => {
      const name = nameOf(table)
      if (current === undefined || nameOf(current.ref) !== name) {
        await close()
        const ref = header.tables.find((each) => nameOf(each) === name)
        if (ref === undefined || loaded.has(name))
          throw new DatabaseRefused({ table: name, cause: new TypeError("its pieces are not where they belong") })
        current = await refused(name, () => openCopy(sql, ref))
      }
      const open = current
      await refused(name, async () => open.write(await unpack(packed, { maxOutputLength: PIECE_UNPACKED_MAX_BYTES })))
    },
    finish: async (expected) => {
      await close()
      for (const { schema, table, bytes, sha256, rows } of expected) {
        const name = nameOf({ schema, table })
        const found = loaded.get(name)
        const isWhole = rows === 0 ? found === undefined : found?.bytes === bytes && found.sha256 === sha256
        if (!isWhole)
          throw new DatabaseRefused({ table: name, cause: new TypeError("its rows are not those of the manifest") })
        if (rows === 0) await sql.unsafe(`delete from ${quoted(schema)}.${quoted(table)}`)
        const [count] = await sql<{ rows: number }[]>`
          select count(*)::int as rows from ${sql(schema)}.${sql(table)}`
        if (count?.rows !== rows)
          throw new DatabaseRefused({
            table: name,
            cause: new TypeError(`${count?.rows ?? 0} of ${rows} rows arrived`),
          })
      }
      for (const { schema, steps } of CARRIED_SCHEMAS)
        await migrateWithin(sql, { schema, steps: steps(appRole), appRole })
      await sql`update es.meta set generation = ${generation}`
      await voidGivenAccess(sql)
    },
  }
}

/**
 * Loads a backup into a database, all or nothing: one transaction, in which schemas that are in the way are renamed (nothing is deleted),
 * the schemas are made as they were at the backup, filled, and brought to this version. Answers with what `feed` answers.
 * Fails with TargetNotEmpty, DatabaseInUse, DatabaseRefused or what `feed` fails with; the database is then as it was.
 */
export const loadDatabase = async <A>(
  options: LoadOptions,
  feed: (loader: Loader) => Promise<A>,
): Promise<{ readonly fed: A; readonly movedAside: readonly string[] }> => {
  const { ownerUrl, appRole, header, asideSuffix } = options
  const owner = connectPg({
    url: ownerUrl,
    max: CONNECTIONS,
    applicationName: "muster-restore",
    statementTimeoutMillis: NO_STATEMENT_TIMEOUT,
  })
  try {
    return await owner.begin(async (sql) => {
      await sql`set local idle_in_transaction_session_timeout = 0`
      await sql`set local timezone = 'UTC'`
      await sql`set local datestyle = 'ISO'`
      const there = await schemasThere(sql)
      if (there.length > 0 && asideSuffix === undefined) throw new TargetNotEmpty({ what: "the database" })
      for (const schema of there)
        await sql.unsafe(`alter schema ${quoted(schema)} rename to ${quoted(schema + (asideSuffix ?? ""))}`)
      for (const { schema, steps } of CARRIED_SCHEMAS) {
        const ofThen = steps(appRole).slice(0, header.schemas[schema] ?? 0)
        await migrateWithin(sql, { schema, steps: ofThen, appRole })
      }
      await refuseWhileUsed(sql)
      const fed = await feed(makeLoader(sql, options))
      return { fed, movedAside: there.map((schema) => `${schema}${asideSuffix ?? ""}`) }
    })
  } finally {
    await owner.end({ timeout: 5 })
  }
}

/** The generation of the log in a database; undefined when there is no log. */
export const generationIn = async (ownerUrl: string): Promise<string | undefined> => {
  const sql = connectPg({ url: ownerUrl, max: CONNECTIONS, applicationName: "muster-restore" })
  try {
    const [table] = await sql<{ known: boolean }[]>`select to_regclass('es.meta') is not null as known`
    if (table?.known !== true) return undefined
    const [meta] = await sql<{ generation: string }[]>`select generation::text as generation from es.meta`
    return meta?.generation
  } finally {
    await sql.end({ timeout: 5 })
  }
}
