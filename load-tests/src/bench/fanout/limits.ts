export const VIEWERS = 100
/** Events on their way at a time when the greatest rate is looked for. */
export const IN_FLIGHT = 32
export const WARM_MILLIS = 500
export const MEASURE_MILLIS = 3_000
/** Events a second when delays are looked at. */
export const PER_SECOND = 20
export const SECONDS = 3
/** Beside the moment that each message carries: an ordinary sentence. */
export const FILLER =
  "The build is green again; the two flaky ones were a race in the clock of the harness, see the note in the log."
