import { valuesOf, wholeNumber } from "../arguments.ts"
import { HISTORIES_PER_BUG_MAX } from "./limits.ts"

export interface Options {
  readonly histories: number
  readonly seed: number
  /** Stop after so long, however many histories were played; undefined: play all. */
  readonly seconds: number | undefined
  /** Also look for the planted bugs. */
  readonly bugs: boolean
  /** Most histories that are played over each planted bug. */
  readonly perBug: number
  /** Only bugs whose name holds this text. */
  readonly only: string
  readonly json: boolean
  /** Only tell this history, in words. */
  readonly trace: number | undefined
  readonly workers: number
}

const HISTORIES_DEFAULT = 10_000
const WORKERS_DEFAULT = 2

export const USAGE = `npm run simulate -- [--histories N] [--seed S] [--seconds S] [--bugs | --no-bugs] [--per-bug N] [--only TEXT]
                    [--workers N] [--json]
npm run simulate -- --trace SEED

Plays histories of the real dispatcher, domain, team bus and agents under a virtual clock, with faults, and judges each of them; then
plants bugs in copies of the source and looks whether the same histories find them. Ends with one line of JSON. Exit code 0: nothing was
violated and every planted bug was found. 1: something was. 2: bad arguments.`

/** Throws BadArguments. */
export const parseOptions = (args: readonly string[]): Options => {
  const values = valuesOf({
    args: [...args],
    allowNegative: true,
    options: {
      histories: { type: "string" },
      seed: { type: "string" },
      seconds: { type: "string" },
      workers: { type: "string" },
      trace: { type: "string" },
      "per-bug": { type: "string" },
      only: { type: "string", default: "" },
      bugs: { type: "boolean", default: true },
      json: { type: "boolean", default: false },
    },
  })
  return {
    histories: wholeNumber("histories", values.histories) ?? HISTORIES_DEFAULT,
    // Another start every day keeps looking where nobody looked; the seed is printed and can be given.
    seed: wholeNumber("seed", values.seed) ?? Math.floor(Date.now() / 86_400_000) * 1_000_000,
    seconds: wholeNumber("seconds", values.seconds),
    workers: wholeNumber("workers", values.workers, 1) ?? WORKERS_DEFAULT,
    trace: wholeNumber("trace", values.trace),
    bugs: values.bugs,
    perBug: wholeNumber("per-bug", values["per-bug"]) ?? HISTORIES_PER_BUG_MAX,
    only: values.only,
    json: values.json,
  }
}
