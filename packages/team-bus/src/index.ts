export type { Acl, BusUser } from "#src/server/acl.ts"
export {
  TeamBus,
  type DeadLetter,
  type InboxEntry,
  type InboxState,
  type Presence,
  type PublishOptions,
  type PublishOutcome,
  type ReadReportsOptions,
  type ReportEntry,
} from "#src/server/port.ts"
export {
  BusDenied,
  BusGroupMissing,
  BusIncompatible,
  BusRefused,
  BusUnavailable,
  isBusError,
  type BusError,
} from "#src/errors.ts"
export { busUsername, inboxEntryId, keys, type MemberRef } from "#src/keys.ts"
export type { BusLog } from "#src/log.ts"
export * from "#src/limits.ts"
