export {
  ConfigInvalid,
  configurationReference,
  MusterConfig,
  readConfig,
  type ConfigurationEntry,
  type Environment,
} from "#src/config/config.ts"
export type { Log } from "#src/local/log.ts"
export { silentLog } from "#src/local/log.ts"
export { createLogger, effectLoggerLayer, type Logger, type LoggerOptions, type LogLevel } from "#src/logger.ts"
export { metrics } from "#src/metrics.ts"
export {
  migrate,
  migrateWithin,
  MigrationFailed,
  MigrationStepsInvalid,
  SchemaTooNew,
  type Migrated,
  type Migration,
  type MigrationStep,
} from "#src/migrate.ts"
export { makeKeyQueue } from "#src/key-queue.ts"
export { backoffMillis, latch, pause, type Backoff, type Latch } from "#src/waiting.ts"
export { dense } from "#src/dense.ts"
export { connectPg, Pg, PgUnavailable, type PgOptions } from "#src/pg.ts"
export { RedisConnections, RedisUnavailable, type ConnectOptions, type RedisConnectionsOptions } from "#src/redis.ts"
export { runMain, type RunMainOptions } from "#src/run-main.ts"
