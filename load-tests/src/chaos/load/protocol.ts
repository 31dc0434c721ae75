import type { Crew } from "./tasks.ts"

/** The first line on the load's input. */
export interface LoadOrder {
  readonly run: string
  readonly seed: number
  readonly urls: readonly string[]
  readonly cookie: string
  readonly crews: readonly Crew[]
  readonly tasksPerSecond: number
}

/** A later line, which ends the arrivals; what was asked for is still seen through. */
export const STOP_LINE = "stop"

/** A line on the load's output, every so often and at the end. */
export interface LoadStatus {
  /** Tasks that arrived by the clock. */
  readonly offered: number
  readonly acknowledged: number
  /** Requests that were never answered although they were repeated to the end: nobody knows what became of them. */
  readonly unanswered: number
  /** What the product said no to although it should not have, a few of them. */
  readonly refused: readonly string[]
}

/** File descriptor on which the load tells the recorder what was acknowledged. */
export const RECORD_DESCRIPTOR = 3
