import { migrate, type Migrated, type MigrationStep } from "@muster/platform"
import { readFileSync } from "node:fs"
import type postgres from "postgres"

/** In the order of their versions: a later change of a table is a new file at the end, never an edit. */
const FILES = [
  "team/table",
  "member/table",
  "task/table",
  "chat-message/table",
  "app-user/table",
  "dead-letter/table",
  "feed/table",
  "snapshot/table",
  "checkpoint/table",
  "rights",
  "checkpoint/reset",
  "feed/slim",
  "snapshot/text",
  "checkpoint/build",
  "schedule/table",
  "task/text",
  "need/table",
  "snapshot/packed",
] as const

/** The name of a role as it may stand in a statement. */
const quoted = (role: string): string => `"${role.replaceAll('"', '""')}"`

/** The steps that make schema `rm`. `{{app_role}}` in the files stands for the application's role. */
export const readModelSteps = (appRole: string): readonly MigrationStep[] =>
  FILES.map((name, index) => ({
    version: index + 1,
    name,
    sql: readFileSync(new URL(`${name}.sql`, import.meta.url), "utf8").replaceAll("{{app_role}}", () =>
      quoted(appRole),
    ),
  }))

/**
 * Makes the tables of the read models in the database of `ownerSql`, or brings them up to date. They hold nothing that the log
 * does not: a rebuild fills them again. Fails as `migrate` of the platform does.
 */
export const migrateReadModels = (ownerSql: postgres.Sql, appRole = "muster_app"): Promise<Migrated> =>
  migrate(ownerSql, { schema: "rm", steps: readModelSteps(appRole), appRole })
