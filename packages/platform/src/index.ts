export {
  migrate,
  MigrationFailed,
  MigrationStepsInvalid,
  SchemaTooNew,
  type Migrated,
  type Migration,
  type MigrationStep,
} from "#src/migrate.ts"
