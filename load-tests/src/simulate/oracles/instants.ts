import { EPOCH_MILLIS } from "../engine/scheduler.ts"

/** Virtual milliseconds since the beginning of the history. */
export const millisOf = (instant: string): number => Date.parse(instant) - EPOCH_MILLIS
