import { valuesOf, wholeNumber } from "../arguments.ts"
import {
  HISTORY_EVENTS_DEFAULT,
  LIST_ROWS_DEFAULT,
  MEMORY_EVENTS_DEFAULT,
  MEMORY_PER_SECOND_DEFAULT,
  MEMORY_PER_SECOND_MAX,
  REPEATS_DEFAULT,
  REPEATS_MAX,
  REPEATS_MIN,
} from "./limits.ts"

const EVENTS_MAX = 1_000_000

export interface Options {
  /** Nothing on the standard output but the last line. */
  readonly json: boolean
  /** Events of the team that is replayed. */
  readonly events: number
  /** Rows of the history while events come in. */
  readonly rows: number
  readonly repeats: number
  /** Events under which memory is watched. */
  readonly memoryEvents: number
  /** How fast they come. */
  readonly memoryPerSecond: number
}

export const USAGE = `npm run ui:budgets -- [--json] [--events ${HISTORY_EVENTS_DEFAULT}] [--rows ${LIST_ROWS_DEFAULT}] [--repeats ${REPEATS_DEFAULT}] [--memory-events ${MEMORY_EVENTS_DEFAULT}] [--memory-per-second ${MEMORY_PER_SECOND_DEFAULT}]

Starts a Muster on a PostgreSQL and a Redis of its own, gives a team a long history through its log, and measures the built dashboard in
Chromium. The last line is JSON; with --json it is the only one on the standard output. Exit code 0 when every budget is held, 1 when
one is broken, 2 for bad arguments, 3 when this machine has no Chromium.
`

const number = { type: "string" } as const

/** Throws BadArguments. */
export const parseOptions = (args: readonly string[]): Options => {
  const values = valuesOf({
    args: [...args],
    options: {
      json: { type: "boolean", default: false },
      events: number,
      rows: number,
      repeats: number,
      "memory-events": number,
      "memory-per-second": number,
    },
  })
  const events = wholeNumber("events", values.events, 1_000, EVENTS_MAX) ?? HISTORY_EVENTS_DEFAULT
  return {
    json: values.json,
    events,
    rows: wholeNumber("rows", values.rows, 1_000, EVENTS_MAX) ?? Math.max(events, LIST_ROWS_DEFAULT),
    repeats: wholeNumber("repeats", values.repeats, REPEATS_MIN, REPEATS_MAX) ?? REPEATS_DEFAULT,
    memoryEvents: wholeNumber("memory-events", values["memory-events"], 100, EVENTS_MAX) ?? MEMORY_EVENTS_DEFAULT,
    memoryPerSecond:
      wholeNumber("memory-per-second", values["memory-per-second"], 1, MEMORY_PER_SECOND_MAX) ??
      MEMORY_PER_SECOND_DEFAULT,
  }
}
