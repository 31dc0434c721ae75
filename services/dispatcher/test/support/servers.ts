import { migrateEventLog } from "@muster/event-store/postgres"
import { migrateOperationalState } from "@muster/operational-state"
import { startTestPostgres, startTestRedis, type TestPostgres, type TestRedis } from "@muster/platform/testing"
import postgres from "postgres"

export interface Servers {
  readonly postgres: TestPostgres
  readonly redis: TestRedis
  readonly stop: () => Promise<void>
}

/** A database with the log's schema and a Redis, for one test file. */
export const startServers = async (): Promise<Servers> => {
  const [database, redis] = await Promise.all([startTestPostgres(), startTestRedis()])
  const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => undefined })
  await migrateEventLog(owner)
  await migrateOperationalState(owner)
  await owner.end()
  return {
    postgres: database,
    redis,
    stop: async () => {
      await Promise.all([database.stop(), redis.stop()])
    },
  }
}
