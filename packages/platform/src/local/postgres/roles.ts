import postgres from "postgres"
import { SUPERUSER } from "#src/local/postgres/initdb.ts"

export const DATABASE = "muster"
export const OWNER_ROLE = "muster_owner"
export const APP_ROLE = "muster_app"

export interface Passwords {
  readonly superuser: string
  readonly owner: string
  readonly app: string
}

const url = (role: string, password: string, port: number, database: string): string =>
  `postgres://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`

export const ownerUrl = (port: number, passwords: Passwords) => url(OWNER_ROLE, passwords.owner, port, DATABASE)
export const appUrl = (port: number, passwords: Passwords) => url(APP_ROLE, passwords.app, port, DATABASE)
export const adminUrl = (port: number, passwords: Passwords) => url(SUPERUSER, passwords.superuser, port, DATABASE)

/**
 * Makes the two roles and the database, or finds them made: the owner holds the tables and migrates; the application may only do
 * what the owner grants. Neither is a superuser. Passwords are set to the given ones every time.
 */
export const ensureRoles = async (port: number, passwords: Passwords): Promise<void> => {
  const sql = postgres(url(SUPERUSER, passwords.superuser, port, "postgres"), { max: 1, onnotice: () => undefined })
  try {
    for (const [role, password] of [
      [OWNER_ROLE, passwords.owner],
      [APP_ROLE, passwords.app],
    ] as const) {
      const [known] = await sql`select 1 from pg_roles where rolname = ${role}`
      // Role statements take no parameters: the server itself quotes name and password.
      const [statement] = await sql<{ text: string }[]>`
        select format('%s role %I login nosuperuser nocreatedb nocreaterole noreplication password %L',
                      ${known ? "alter" : "create"}::text, ${role}::text, ${password}::text) as text`
      if (statement) await sql.unsafe(statement.text)
    }
    const [made] = await sql`select 1 from pg_database where datname = ${DATABASE}`
    if (!made) await sql`create database ${sql(DATABASE)} owner ${sql(OWNER_ROLE)} template template0`
    await sql`revoke all on database ${sql(DATABASE)} from public`
    await sql`grant connect on database ${sql(DATABASE)} to ${sql(APP_ROLE)}`
    await sql`revoke connect on database postgres from public`
  } finally {
    await sql.end({ timeout: 5 })
  }
}
