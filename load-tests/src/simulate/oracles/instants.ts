import { EPOCH_MILLIS } from "../engine/scheduler.ts"

/** A dispatcher knows the clock of the log as well as half of an answer's way tells; answers that took longer do not count. */
export const CLOCK_SLACK_MILLIS = 500

/** Virtual milliseconds since the beginning of the history. */
export const millisOf = (instant: string): number => Date.parse(instant) - EPOCH_MILLIS
