import { migrate, type Migrated, type MigrationStep } from "@muster/platform"
import { readFileSync } from "node:fs"
import type postgres from "postgres"

const FILES = ["001-events", "002-append", "003-find-stored", "004-append-answer", "005-json-text"] as const

/** The name of a role as it may stand in a statement. */
const quoted = (role: string): string => `"${role.replaceAll('"', '""')}"`

/** The steps that make schema `es`. `{{app_role}}` in the files stands for the application's role. */
export const eventLogSteps = (appRole: string): readonly MigrationStep[] =>
  FILES.map((name, index) => ({
    version: index + 1,
    name,
    sql: readFileSync(new URL(`sql/${name}.sql`, import.meta.url), "utf8").replaceAll("{{app_role}}", () =>
      quoted(appRole),
    ),
  }))

/**
 * Makes the log in the database of `ownerSql`, or brings it up to date. The application's role may then read and append,
 * and nothing else. Fails as `migrate` of the platform does.
 */
export const migrateEventLog = (ownerSql: postgres.Sql, appRole = "muster_app"): Promise<Migrated> =>
  migrate(ownerSql, { schema: "es", steps: eventLogSteps(appRole), appRole })

/**
 * Gives the log a new generation, as owner, with all services stopped: the last step of bringing a database back from a
 * copy. Positions after the copy are used again, so every cursor of the old generation has to be refused. Returns the new one.
 */
export const rotateGeneration = async (ownerSql: postgres.Sql): Promise<string> => {
  const rows = await ownerSql<{ generation: string }[]>`
    UPDATE es.meta SET generation = gen_random_uuid() RETURNING generation`
  const generation = rows[0]?.generation
  if (generation === undefined) throw new Error("invariant: es.meta has its one row")
  return generation
}
