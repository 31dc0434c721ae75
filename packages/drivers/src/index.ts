export type { InstanceDriver, InstanceExit, InstanceSpec, InstanceStatus, StopOptions } from "#src/port.ts"
export { InstanceFailed } from "#src/errors.ts"
export { processDriver, type ProcessDriverOptions } from "#src/process/driver.ts"
