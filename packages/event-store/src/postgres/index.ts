export { layerPostgres } from "#src/postgres/layer.ts"
export { eventLogSteps, migrateEventLog, rotateGeneration } from "#src/postgres/schema.ts"
export { openPostgresEventStore, type PostgresEventStore, type PostgresEventStoreOptions } from "#src/postgres/store.ts"
