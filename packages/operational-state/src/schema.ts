import { migrate, type Migrated, type MigrationStep } from "@muster/platform"
import { readFileSync } from "node:fs"
import type { Sql } from "postgres"

const FILES = [
  "001-operational-state",
  "002-shared-work",
  "003-api-tokens",
  "004-model-endpoints",
  "005-tokens-of-a-team",
] as const

const quoted = (role: string): string => `"${role.replaceAll('"', '""')}"`

/** The steps that make schema `app`. `{{app_role}}` in the files stands for the application's role. */
export const operationalStateSteps = (appRole: string): readonly MigrationStep[] =>
  FILES.map((name, index) => ({
    version: index + 1,
    name,
    sql: readFileSync(new URL(`sql/${name}.sql`, import.meta.url), "utf8").replaceAll("{{app_role}}", () =>
      quoted(appRole),
    ),
  }))

/** Makes schema `app` in the database of `ownerSql`, or brings it up to date. Fails as `migrate` of the platform does. */
export const migrateOperationalState = (ownerSql: Sql, appRole = "muster_app"): Promise<Migrated> =>
  migrate(ownerSql, { schema: "app", steps: operationalStateSteps(appRole), appRole })
