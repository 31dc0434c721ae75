export { ProjectorStopped } from "#src/errors.ts"
export type { ProjectorLog } from "#src/log.ts"
export { projector, type Projector, type ProjectorConfig } from "#src/projector.ts"
