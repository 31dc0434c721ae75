/** Chance that follows from a number. */
export interface Dice {
  /** A whole number from 0 up to but not including `limit`. */
  readonly below: (limit: number) => number
  readonly oneIn: (count: number) => boolean
  readonly pick: <A>(items: readonly A[]) => A
}

/** Mulberry32: small, and good enough to spread choices. */
export const makeDice = (seed: number): Dice => {
  let state = seed | 0
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
  return {
    below,
    oneIn: (count) => below(count) === 0,
    pick: (items) => {
      const item = items[below(items.length)]
      if (item === undefined) throw new RangeError("nothing to pick from")
      return item
    },
  }
}

/** The `n`-th id of a history: a UUID in lower-case text, of version 7 by its digits. */
export const uuid = (history: number, n: number): string =>
  `00000000-0000-7000-8000-${history.toString(16).padStart(4, "0")}${n.toString(16).padStart(8, "0")}`
