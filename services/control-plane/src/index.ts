export { DEFAULT_ORGANISATION_NAME, ensureOrganisation } from "#src/commands/organisation.ts"
export { controlPlane, ControlPlaneFailed, type ControlPlane, type ControlPlaneOptions } from "#src/control-plane.ts"
export type { Log } from "#src/logger.ts"
