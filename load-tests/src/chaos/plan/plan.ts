import { FAULT_JITTER_MILLIS, FAULT_SPACING_MILLIS, REST_AFTER_FAULT_MILLIS } from "../limits.ts"
import { seeded, type Random } from "../random.ts"
import { KINDS, type Abilities, type Kind, type Victim } from "./kinds.ts"

/** One fault as it was planned. Times count from the first moment at which faults may happen. */
export interface Fault {
  readonly number: number
  readonly kind: string
  /** The name of what is struck. */
  readonly target: string
  readonly atMillis: number
  readonly durationMillis: number
  /** Chance of its own, for choices that are made when it strikes. */
  readonly seed: number
}

/** What there is to strike, by kind of victim. */
export type Victims = Readonly<Partial<Record<Victim, readonly string[]>>>

export interface PlanOptions {
  readonly seed: number
  readonly seconds: number
  readonly victims: Victims
  readonly abilities: Abilities
}

const SECOND_MILLIS = 1_000
const UINT32_MAX = 2 ** 32 - 1

const isPossible = (kind: Kind, { victims, abilities }: PlanOptions): boolean =>
  (victims[kind.victim]?.length ?? 0) > 0 && (kind.needs === undefined || abilities[kind.needs])

/** The longest first: they must find a place that is long enough. Otherwise in an order that follows from the seed. */
const inOrder = (kinds: readonly Kind[], random: Random): readonly Kind[] =>
  random.shuffled(kinds).toSorted((a, b) => Number(b.minMillis >= LONG_MILLIS) - Number(a.minMillis >= LONG_MILLIS))

const LONG_MILLIS = 20_000

/**
 * All faults of a run. The same options give the same plan: what processes then do to each other can not be repeated, what was done to
 * them can. Every kind that is possible here comes once before any comes twice (a run that is too short has not all of them); two
 * faults never strike the same thing at the same time, but different things are struck while others are down.
 */
export const planFaults = (options: PlanOptions): readonly Fault[] => {
  const random = seeded(options.seed)
  const possible = KINDS.filter((kind) => isPossible(kind, options))
  const endMillis = options.seconds * SECOND_MILLIS
  let due = inOrder(possible, random)
  const freeAt = new Map<string, number>()
  const faults: Fault[] = []
  const count = Math.floor(endMillis / FAULT_SPACING_MILLIS)

  for (let number = 1; number <= count; number++) {
    const atMillis = Math.max(
      0,
      (number - 1) * FAULT_SPACING_MILLIS + random.between(-FAULT_JITTER_MILLIS, FAULT_JITTER_MILLIS),
    )
    const freeTargets = (kind: Kind) =>
      (options.victims[kind.victim] ?? []).filter((target) => (freeAt.get(target) ?? 0) <= atMillis)
    const fits = (kind: Kind) => freeTargets(kind).length > 0 && atMillis + kind.minMillis <= endMillis
    const next = due.find(fits)
    const others = possible.filter(fits)
    if (next === undefined && others.length === 0) continue
    const kind = next ?? random.pickWeighted(others, ({ weight }) => weight)
    due = due.filter((one) => one !== kind)
    const target = random.pick(freeTargets(kind))
    const durationMillis = random.between(kind.minMillis, Math.min(kind.maxMillis, endMillis - atMillis))
    freeAt.set(target, atMillis + durationMillis + REST_AFTER_FAULT_MILLIS)
    faults.push({
      number: faults.length + 1,
      kind: kind.name,
      target,
      atMillis,
      durationMillis,
      seed: random.between(0, UINT32_MAX),
    })
  }
  return faults
}
