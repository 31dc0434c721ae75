/** Chance that follows from a seed: the same seed, the same throws. */
export interface Dice {
  /** In [0, 1). */
  readonly next: () => number
  /** A whole number from 0 up to but not including `limit`. */
  readonly below: (limit: number) => number
  /** A number from `low` up to `high`. */
  readonly between: (low: number, high: number) => number
  readonly chance: (probability: number) => boolean
  readonly pick: <A>(items: readonly A[]) => A
  /** One of the items, each as likely as its weight says. */
  readonly weighted: <A>(items: readonly (readonly [weight: number, item: A])[]) => A
  /** Dice of its own that follow from these: what one part throws does not change what another gets. */
  readonly fork: () => Dice
}

const UINT32 = 2 ** 32

/** SplitMix32 over a 32-bit state that is seeded by two numbers. */
export const makeDice = (seed: number, salt = 0): Dice => {
  let state = (Math.imul(seed | 0, 0x9e37_79b1) ^ Math.imul(salt | 0, 0x85eb_ca6b) ^ 0x2545_f491) | 0
  const uint = (): number => {
    state = (state + 0x9e37_79b9) | 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0_aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a_2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
  const next = () => uint() / UINT32
  const below = (limit: number) => Math.floor(next() * limit)
  const dice: Dice = {
    next,
    below,
    between: (low, high) => low + next() * (high - low),
    chance: (probability) => next() < probability,
    pick: (items) => {
      const item = items[below(items.length)]
      if (item === undefined) throw new RangeError("nothing to pick from")
      return item
    },
    weighted: (items) => {
      let left = next() * items.reduce((sum, [weight]) => sum + weight, 0)
      for (const [weight, item] of items) {
        left -= weight
        if (left < 0) return item
      }
      return dice.pick(items.map(([, item]) => item))
    },
    fork: () => makeDice(uint(), uint()),
  }
  return dice
}
