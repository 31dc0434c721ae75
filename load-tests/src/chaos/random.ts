/** Chance that follows from a seed: the same seed gives the same numbers. */
export interface Random {
  /** In [0, 1). */
  readonly next: () => number
  /** An integer in [minimum, maximum]. */
  readonly between: (minimum: number, maximum: number) => number
  readonly chance: (share: number) => boolean
  /** One of them; fails with RangeError for none. */
  readonly pick: <A>(of: readonly A[]) => A
  readonly pickWeighted: <A>(of: readonly A[], weightOf: (one: A) => number) => A
  readonly shuffled: <A>(of: readonly A[]) => readonly A[]
}

const UINT32 = 2 ** 32

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state are plenty for plans of a few thousand choices. */
export const seeded = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / UINT32
  }
  const between = (minimum: number, maximum: number) => minimum + Math.floor(next() * (maximum - minimum + 1))
  const pick = <A>(of: readonly A[]): A => {
    const one = of[between(0, of.length - 1)]
    if (one === undefined) throw new RangeError("there is nothing to pick from")
    return one
  }
  return {
    next,
    between,
    chance: (share) => next() < share,
    pick,
    pickWeighted: (of, weightOf) => {
      let left = next() * of.reduce((sum, one) => sum + weightOf(one), 0)
      for (const one of of) {
        left -= weightOf(one)
        if (left < 0) return one
      }
      return pick(of)
    },
    shuffled: (of) =>
      of
        .map((one) => ({ one, order: next() }))
        .toSorted((a, b) => a.order - b.order)
        .map(({ one }) => one),
  }
}
