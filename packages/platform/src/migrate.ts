import { Data } from "effect"
import type { Sql, TransactionSql } from "postgres"

export interface MigrationStep {
  /** Counts from 1 without gaps. */
  readonly version: number
  readonly name: string
  /** Statements that run with the schema first on the search path. */
  readonly sql: string
}

export interface Migration {
  /** The schema to bring up to date; made when absent. */
  readonly schema: string
  readonly steps: readonly MigrationStep[]
  /** The application's role: gets USAGE on the schema, nothing more. The steps grant what it may do. */
  readonly appRole: string
}

export interface Migrated {
  readonly from: number
  readonly to: number
}

/** The data carries a newer stamp than this program knows. Nothing was changed; start the newer version. */
export class SchemaTooNew extends Data.TaggedError("SchemaTooNew")<{
  readonly schema: string
  readonly found: number
  readonly known: number
}> {
  override get message(): string {
    return `this data was written by a newer Muster (schema ${this.schema} ${this.found}, this version knows ${this.known}): start that version or newer; nothing was changed`
  }
}

/** The list of steps itself is wrong: a mistake in the program. */
export class MigrationStepsInvalid extends Data.TaggedError("MigrationStepsInvalid")<{ readonly message: string }> {}

/** A step failed; the transaction was rolled back and the data is as before. */
export class MigrationFailed extends Data.TaggedError("MigrationFailed")<{
  readonly schema: string
  readonly version: number
  readonly name: string
  readonly cause: unknown
}> {
  override get message(): string {
    const reason = this.cause instanceof Error ? this.cause.message : String(this.cause)
    return `schema ${this.schema}: step ${this.version} (${this.name}) failed and was undone: ${reason}`
  }
}

/** First key of the advisory locks that serialise migrations; the second is the hash of the schema's name. */
const MIGRATION_LOCK_SPACE = 0x6d75_7374

const checkSteps = ({ schema, steps }: Migration): void => {
  if (!/^[a-z][a-z0-9_]*$/.test(schema)) throw new MigrationStepsInvalid({ message: `bad schema name "${schema}"` })
  steps.forEach((step, index) => {
    if (step.version !== index + 1)
      throw new MigrationStepsInvalid({
        message: `schema ${schema}: step "${step.name}" should be version ${index + 1}`,
      })
  })
}

const stampOf = async (sql: TransactionSql, schema: string): Promise<number> => {
  const [table] = await sql<{ known: boolean }[]>`
    select to_regclass(${`${schema}.schema_version`}) is not null as known`
  if (!table?.known) return 0
  const [stamp] = await sql<{ version: number }[]>`
    select coalesce(max(version), 0)::int as version from ${sql(schema)}.schema_version`
  return stamp?.version ?? 0
}

const runStep = async (sql: TransactionSql, schema: string, step: MigrationStep): Promise<void> => {
  try {
    await sql.unsafe(step.sql)
    await sql`insert into ${sql(schema)}.schema_version (version, name) values (${step.version}, ${step.name})`
  } catch (cause) {
    throw new MigrationFailed({ schema, version: step.version, name: step.name, cause })
  }
}

/**
 * The same as `migrate` inside a transaction of the caller's, as the owner of the database: what it did is there when that commits.
 * Holds the schema's migration lock until then. Fails as `migrate` does; the caller must roll back.
 */
export const migrateWithin = async (sql: TransactionSql, migration: Migration): Promise<Migrated> => {
  checkSteps(migration)
  const { schema, steps, appRole } = migration
  await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK_SPACE}, hashtext(${schema}))`
  const from = await stampOf(sql, schema)
  if (from > steps.length) throw new SchemaTooNew({ schema, found: from, known: steps.length })
  if (from === steps.length && from > 0) return { from, to: from }
  await sql`create schema if not exists ${sql(schema)}`
  await sql`grant usage on schema ${sql(schema)} to ${sql(appRole)}`
  await sql`
    create table if not exists ${sql(schema)}.schema_version (
      version int primary key, name text not null, applied_at timestamptz not null default now())`
  await sql`grant select on ${sql(schema)}.schema_version to ${sql(appRole)}`
  await sql`select set_config('search_path', ${schema}, true)`
  for (const step of steps.slice(from)) await runStep(sql, schema, step)
  return { from, to: steps.length }
}

/**
 * Brings one schema to the newest step, all or nothing: one transaction, behind an advisory lock, so that several processes may
 * call it at once. Steps already stamped are not run again. `ownerSql` connects as the owner of the database.
 * Fails with SchemaTooNew (start a newer Muster), MigrationFailed (undone) or MigrationStepsInvalid.
 */
export const migrate = async (ownerSql: Sql, migration: Migration): Promise<Migrated> => {
  checkSteps(migration)
  return ownerSql.begin((sql): Promise<Migrated> => migrateWithin(sql, migration))
}
