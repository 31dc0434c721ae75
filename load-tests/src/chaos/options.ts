import { valuesOf, wholeNumber } from "../arguments.ts"
import { LOAD_TASKS_PER_SECOND, RUN_DEFAULT_SECONDS, RUN_MAX_SECONDS, RUN_MIN_SECONDS } from "./limits.ts"

export interface Options {
  readonly seed: number
  /** How long load and faults last. */
  readonly seconds: number
  readonly tasksPerSecond: number
  /** Musters that share the database and the bus. */
  readonly apps: number
  /** Nothing but the last line on the standard output. */
  readonly json: boolean
  /** Where histories, logs and the timeline are kept after a run; by default they go with it unless it failed. */
  readonly keep: string | undefined
}

const SEED_MAX = 2 ** 32 - 1
const RATE_MAX = 1_000
const APPS_DEFAULT = 2
const APPS_MAX = 2

export const USAGE = `npm run chaos -- [--seed <number>] [--seconds <number>] [--rate <tasks a second>] [--apps 1|2] [--keep <folder>] [--json]

Starts a database, a bus, Muster, agents, viewers and a load as processes of their own, strikes them for that many seconds (default
${RUN_DEFAULT_SECONDS}) with the faults that follow from the seed, waits until it is quiet, and compares what clients were told with
what is recorded. Ends with one line of JSON. Exit code 0: nothing lost, nothing doubled, read models equal a replay. 1: something was
not as promised. 2: bad arguments.`

/** `random` chooses the seed when none is given. Throws BadArguments. */
export const parseOptions = (args: readonly string[], random: () => number = Math.random): Options => {
  const { seed, seconds, rate, apps, keep, json } = valuesOf({
    args: [...args],
    options: {
      seed: { type: "string" },
      seconds: { type: "string" },
      rate: { type: "string" },
      apps: { type: "string" },
      keep: { type: "string" },
      json: { type: "boolean", default: false },
    },
  })
  return {
    seed: wholeNumber("seed", seed, 0, SEED_MAX) ?? Math.floor(random() * SEED_MAX),
    seconds: wholeNumber("seconds", seconds, RUN_MIN_SECONDS, RUN_MAX_SECONDS) ?? RUN_DEFAULT_SECONDS,
    tasksPerSecond: wholeNumber("rate", rate, 1, RATE_MAX) ?? LOAD_TASKS_PER_SECOND,
    apps: wholeNumber("apps", apps, 1, APPS_MAX) ?? APPS_DEFAULT,
    json,
    keep,
  }
}
