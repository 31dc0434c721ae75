// For simulations: the dispatcher over whatever ports are handed in, without Effect around it.
export { DEFAULT_TIMINGS, type DispatcherTimings } from "#src/limits.ts"
export type { OpenWork } from "#src/open-work.ts"
export { startDispatcher, type RunningDispatcher } from "#src/start.ts"
