export type { Acl, BusUser } from "#src/server/acl.ts"
export {
  TeamBus,
  type Acknowledgement,
  type DeadLetter,
  type FencedBus,
  type InboxEntry,
  type ControlState,
  type InboxState,
  type OwnersBus,
  type Presence,
  type PublishOptions,
  type PublishOutcome,
  type ReadReportsOptions,
  type ReportEntry,
} from "#src/server/port.ts"
export type { FencingToken } from "#src/server/writer.ts"
export {
  BusDenied,
  BusFenced,
  BusGroupMissing,
  BusRefused,
  BusUnavailable,
  isBusError,
  type BusError,
} from "#src/errors.ts"
export { openTeamBus, type TeamBusOptions } from "#src/server/bus.ts"
export { layerTeamBus } from "#src/server/layer.ts"
export { busUsername, inboxEntryId, keys, type MemberRef } from "#src/keys.ts"
export type { BusLog } from "#src/log.ts"
export * from "#src/limits.ts"
