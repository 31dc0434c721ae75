import type { Answering } from "#src/answering.ts"

/** What the parts of this package are built on. */
export interface Database {
  /** Runs statements; whatever goes wrong in them is one tagged error. */
  readonly ask: Answering["ask"]
  /** Epoch milliseconds. */
  readonly now: () => number
}

export const at = (millis: number): Date => new Date(millis)
