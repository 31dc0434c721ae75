export {
  BindingOutdated,
  MasterKeyInvalid,
  OperationalStateUnavailable,
  SecretRefused,
  SecretSealed,
  SetupCodeTooShort,
  ShardCountDiffers,
  TooManyAttempts,
  TooManyTokens,
} from "#src/errors.ts"
export {
  ATTEMPTS_PER_SOURCE_MAX,
  FIXED_CODE_MIN_CHARS,
  MASTER_KEY_BYTES,
  SESSION_IDLE_MILLIS,
  SESSION_LIFETIME_MILLIS,
} from "#src/limits.ts"
export {
  layerOperationalState,
  openOperationalState,
  type OpenOperationalState,
  type OperationalStateOptions,
} from "#src/open.ts"
export {
  OperationalState,
  type Agents,
  type ApiTokenDoc,
  type ApiTokens,
  type ApiTokenScope,
  type BusUser,
  type CheckpointDoc,
  type Checkpoints,
  type CodeGrant,
  type Codes,
  type Enrollments,
  type Locks,
  type MemberRef,
  type ModelAccess,
  type ModelEndpoint,
  type ModelEndpoints,
  type ModelPlace,
  type Places,
  type PlaceBeat,
  type SessionDoc,
  type Sessions,
  type ShardLease,
  type Shards,
  type ShardsBeat,
} from "#src/port.ts"
export { migrateOperationalState, operationalStateSteps } from "#src/schema.ts"
export { voidGivenAccess } from "#src/given-access.ts"
