import type { BenchContext, Spread } from "./frame.ts"
import { median, rounded, spreadOf } from "./statistics.ts"

/** One side's figure of one round, in the benchmark's unit. */
export type Side = () => Promise<number>

/** One side over all rounds. */
export interface Measured {
  readonly median: number
  readonly spread: Spread
  /** In the order of the rounds. */
  readonly values: readonly number[]
}

/**
 * Lets the sides take turns, each once a round, the order reversed from round to round and begun at another side every second one: what
 * the machine does meanwhile meets all of them alike.
 */
export const alternate = async <Name extends string>(
  { tell, repeats }: Pick<BenchContext, "tell" | "repeats">,
  sides: Readonly<Record<Name, Side>>,
): Promise<Readonly<Record<Name, Measured>>> => {
  const names = Object.keys(sides) as Name[]
  const values = new Map<Name, number[]>(names.map((name) => [name, []]))
  for (let round = 0; round < repeats; round += 1) {
    const first = Math.floor(round / 2) % names.length
    const turned = [...names.slice(first), ...names.slice(0, first)]
    for (const name of round % 2 === 0 ? turned : turned.toReversed()) {
      const value = await sides[name]()
      values.get(name)?.push(value)
      tell(`round ${round + 1} of ${repeats}: ${name} ${rounded(value)}`)
    }
  }
  const measured = names.map((name): [Name, Measured] => {
    const own = values.get(name) ?? []
    return [name, { median: median(own), spread: spreadOf(own), values: own }]
  })
  return Object.fromEntries(measured) as Record<Name, Measured>
}

/** `a` divided by `b`, each the median of its rounds. */
export const ratioOf = (a: Measured, b: Measured): number => rounded(a.median / b.median)

/** The spreads of several sides, as the answer tells them. */
export const spreadsOf = (measured: Readonly<Record<string, Measured>>): Readonly<Record<string, Spread>> =>
  Object.fromEntries(
    Object.entries(measured).map(([name, { spread }]) => [
      name,
      { min: rounded(spread.min), max: rounded(spread.max) },
    ]),
  )
