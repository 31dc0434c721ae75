export { POSTGRES_ACCOUNT, REDIS_ACCOUNT, type Account } from "#src/local/accounts.ts"
export { DataDirUnsafe, openDataDir, type DataDir } from "#src/local/data-dir.ts"
export { PostgresFailed, PostgresUnavailable, RedisFailed, ToolMissing } from "#src/local/errors.ts"
export { DataDirBusy } from "#src/local/lock.ts"
export { silentLog, type Log } from "#src/local/log.ts"
export {
  startPostgres,
  stopLeftoverPostgres,
  type LocalPostgres,
  type StartPostgresOptions,
} from "#src/local/postgres/start.ts"
export { startRedis, type LocalRedis, type StartRedisOptions } from "#src/local/redis/start.ts"
export { processStart, signal } from "#src/local/processes.ts"
export { SecretsUnreadable } from "#src/local/secrets.ts"
export { ensureBubblewrap, ensureRedisServer, type EnsureOptions } from "#src/local/tools/ensure.ts"
export { findBubblewrap, findChromium, findRedisServer, type Tool } from "#src/local/tools/find.ts"
export { ensureFaketimeLibrary, findFaketimeLibrary } from "#src/local/tools/faketime.ts"
export { runtimesDir } from "#src/local/tools/project.ts"
export { MasterKeyUnreadable, openMasterKey } from "#src/local/master-key.ts"
