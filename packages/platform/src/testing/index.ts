export { startTestPostgres, type TestPostgres, type TestPostgresOptions } from "#src/testing/postgres.ts"
export { tempDir, type TempDir } from "#src/testing/temp-dir.ts"
export { startTestRedis, type TestRedis } from "#src/testing/redis.ts"
