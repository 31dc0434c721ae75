import { migrateEventLog } from "@muster/event-store/postgres"
import { migrateOperationalState } from "@muster/operational-state"
import { connectPg, type Logger } from "@muster/platform"
import { migrateReadModels } from "@muster/read-models"

const OWNER_CONNECTIONS = 1
const NO_STATEMENT_TIMEOUT = 0

/**
 * Brings every schema of the database to this version, as its owner. Data of a newer version is refused with SchemaTooNew before
 * anything is changed in that schema.
 */
export const migrateAll = async (ownerUrl: string, appUrl: string, log: Logger): Promise<void> => {
  const appRole = new URL(appUrl).username
  const sql = connectPg({
    url: ownerUrl,
    max: OWNER_CONNECTIONS,
    applicationName: "muster-migrate",
    statementTimeoutMillis: NO_STATEMENT_TIMEOUT,
  })
  try {
    for (const migrate of [migrateEventLog, migrateOperationalState, migrateReadModels]) {
      const { from, to } = await migrate(sql, appRole)
      if (from !== to) log.info({ from, to }, "schema migrated")
    }
  } finally {
    await sql.end()
  }
}
