import { migrateEventLog } from "@muster/event-store/postgres"
import { startTestPostgres, type TestPostgres } from "@muster/platform/testing"
import postgres from "postgres"

export interface LogServer extends TestPostgres {
  /** The superuser's connections: they see and break what no role may. */
  readonly admin: postgres.Sql
}

/** A Postgres of its own for one test file, with an empty log in it. */
export const startLogServer = async (): Promise<LogServer> => {
  const server = await startTestPostgres()
  const owner = postgres(server.ownerUrl, { max: 1, onnotice: () => undefined })
  await migrateEventLog(owner)
  await owner.end()
  const admin = postgres(server.adminUrl, { max: 4, onnotice: () => undefined })
  return {
    ...server,
    admin,
    stop: async () => {
      await admin.end()
      await server.stop()
    },
  }
}
