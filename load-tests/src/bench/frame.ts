import type { Profile } from "./profile/index.ts"

/** What a benchmark is, what it is given and what it answers. Each is a module of this folder that exports `bench`. */

/** Least and greatest of the rounds. */
export interface Spread {
  readonly min: number
  readonly max: number
}

/** Where, under what and against what it was measured: machine, versions, durability settings, load. */
export type Conditions = Readonly<Record<string, unknown>>

export interface BenchResult {
  /** Our figure in the benchmark's unit: the median of the rounds. */
  readonly ours: number
  /** The peers' figures in the same unit, by name. */
  readonly peers: Readonly<Record<string, number>>
  /** What is judged; each says in `meanings` what is divided by what. */
  readonly ratios: Readonly<Record<string, number>>
  /** Of each figure over the rounds. */
  readonly spread?: Readonly<Record<string, Spread>>
  /** More figures that stand beside the others in the answer, such as `p50Millis`. */
  readonly figures?: Readonly<Record<string, unknown>>
  readonly conditions: Conditions
}

/** A bound of one figure, such as `ratios.bullmq`. */
export interface Target {
  readonly figure: string
  readonly atLeast?: number
  readonly atMost?: number
}

export interface Bench {
  readonly name: string
  readonly unit: string
  /** In a sentence or two, for the page of figures: what is measured and how both sides do it. */
  readonly method: string
  readonly targets: readonly Target[]
  /** Numbers that the command line may set, with their defaults: `--tasks 1000`. */
  readonly options?: Readonly<Record<string, number>>
  readonly run: (context: BenchContext) => Promise<BenchResult>
}

export interface BenchContext {
  readonly repeats: number
  /** The number of an option that the benchmark declares. */
  readonly option: (name: string) => number
  /** Progress, on the error output. */
  readonly tell: (line: string) => void
  /** Runs when the benchmark is over, however it ended; the last that was deferred runs first. */
  readonly defer: (end: () => Promise<void> | void) => void
  /** Helper processes write CPU profiles here when it is set (`--profile <folder>`). */
  readonly profileDir: string | undefined
}

/** The answer as it is printed: one line of JSON. */
export interface BenchLine {
  readonly name: string
  readonly unit: string
  readonly ours: number
  readonly peers: Readonly<Record<string, number>>
  readonly ratios: Readonly<Record<string, number>>
  readonly spread?: Readonly<Record<string, Spread>>
  readonly conditions: Conditions
  /** Of a run with `--profile`: profiling takes time, so the figures of such a run are not those to judge by. */
  readonly profile?: Profile
  readonly [figure: string]: unknown
}

export const lineOf = ({ name, unit }: Bench, result: BenchResult): BenchLine => {
  const { ours, peers, ratios, figures = {}, spread, conditions } = result
  return { name, unit, ours, peers, ratios, ...figures, ...(spread === undefined ? {} : { spread }), conditions }
}

/** The figure that a target names, such as `ratios.bullmq`. */
export const figureOf = (line: BenchLine, path: string): number | undefined => {
  let value: unknown = line
  for (const name of path.split("."))
    value = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined
  return typeof value === "number" ? value : undefined
}

export const isMet = (value: number, { atLeast, atMost }: Target): boolean =>
  (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost)
