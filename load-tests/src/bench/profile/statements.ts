import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import postgres from "postgres"
import { rounded } from "../statistics.ts"
import { STATEMENT_CHARS, STATEMENTS_SHOWN } from "./limits.ts"

/** What PostgreSQL spent on one kind of statement. */
export interface StatementCost {
  readonly statement: string
  readonly calls: number
  readonly rows: number
  readonly millis: number
  /** Bytes of its write-ahead log. */
  readonly walBytes: number
  /** False for what a function does inside: its time is also in the statement that calls the function. */
  readonly isOutermost: boolean
}

/** In the folder of profiles. */
export const STATEMENTS_FILE = "statements.json"

/** What a server has to be started with, so that it counts. */
export const COUNTING_SETTINGS: Readonly<Record<string, string>> = {
  shared_preload_libraries: "pg_stat_statements",
  "pg_stat_statements.track": "all",
  // Statements that make roles hold passwords.
  "pg_stat_statements.track_utility": "off",
}

/** Begins to count; the answer writes what was counted into the folder. `adminUrl` is the superuser's. */
export const countStatements = async (adminUrl: string, profileDir: string): Promise<() => Promise<void>> => {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined })
  await sql`CREATE EXTENSION IF NOT EXISTS pg_stat_statements`
  // What making the server's roles and databases has left.
  await sql`SELECT pg_stat_statements_reset()`
  return async () => {
    try {
      const rows = await sql<StatementCost[]>`
        SELECT regexp_replace(query, '\\s+', ' ', 'g') AS statement, calls::float8 AS calls, rows::float8 AS rows,
          total_exec_time AS millis, wal_bytes::float8 AS "walBytes", toplevel AS "isOutermost"
        FROM pg_stat_statements ORDER BY total_exec_time DESC LIMIT ${STATEMENTS_SHOWN}`
      mkdirSync(profileDir, { recursive: true })
      writeFileSync(join(profileDir, STATEMENTS_FILE), JSON.stringify(rows))
    } finally {
      await sql.end()
    }
  }
}

const shown = (statement: string): string => {
  const text = statement.trim()
  return text.length > STATEMENT_CHARS ? `${text.slice(0, STATEMENT_CHARS - 1)}…` : text
}

/** What was counted into the folder; empty when nothing was. */
export const readStatements = (profileDir: string): readonly StatementCost[] => {
  const path = join(profileDir, STATEMENTS_FILE)
  if (!existsSync(path)) return []
  return (JSON.parse(readFileSync(path, "utf8")) as readonly StatementCost[]).map((cost) => ({
    ...cost,
    statement: shown(cost.statement),
    millis: rounded(cost.millis),
  }))
}
