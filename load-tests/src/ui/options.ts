import { parseArgs } from "node:util"
import {
  HISTORY_EVENTS_DEFAULT,
  LIST_ROWS_DEFAULT,
  MEMORY_EVENTS_DEFAULT,
  REPEATS_DEFAULT,
  REPEATS_MAX,
  REPEATS_MIN,
} from "./limits.ts"

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
}

export const USAGE = `npm run ui:budgets -- [--json] [--events ${HISTORY_EVENTS_DEFAULT}] [--rows ${LIST_ROWS_DEFAULT}] [--repeats ${REPEATS_DEFAULT}] [--memory-events ${MEMORY_EVENTS_DEFAULT}]

Starts a Muster on a PostgreSQL and a Redis of its own, gives a team a long history through its log, and measures the built dashboard in
Chromium. The last line is JSON; with --json it is the only one on the standard output. Exit code 0 when every budget is held, 1 when
one is broken, 2 for bad arguments, 3 when this machine has no Chromium.
`

/** The arguments make no sense; the message says which. */
export class BadArguments extends Error {
  override readonly name = "BadArguments"
}

const whole = (name: string, text: string | undefined, fallback: number, min: number, max = 1_000_000): number => {
  if (text === undefined) return fallback
  if (!/^\d{1,7}$/.test(text) || Number(text) < min || Number(text) > max)
    throw new BadArguments(`--${name} must be a whole number from ${min} to ${max}, not ${JSON.stringify(text)}`)
  return Number(text)
}

const parsed = (args: readonly string[]) => {
  const number = { type: "string" } as const
  try {
    return parseArgs({
      args: [...args],
      options: {
        json: { type: "boolean", default: false },
        events: number,
        rows: number,
        repeats: number,
        "memory-events": number,
      },
    }).values
  } catch (error) {
    if (error instanceof TypeError) throw new BadArguments(error.message)
    throw error
  }
}

/** Throws BadArguments. */
export const parseOptions = (args: readonly string[]): Options => {
  const values = parsed(args)
  const events = whole("events", values.events, HISTORY_EVENTS_DEFAULT, 1_000)
  return {
    json: values.json,
    events,
    rows: whole("rows", values.rows, Math.max(events, LIST_ROWS_DEFAULT), 1_000),
    repeats: whole("repeats", values.repeats, REPEATS_DEFAULT, REPEATS_MIN, REPEATS_MAX),
    memoryEvents: whole("memory-events", values["memory-events"], MEMORY_EVENTS_DEFAULT, 100),
  }
}
