/** Lets what shares a key happen one after the other, in the order in which it came. */
export interface Turns<Key> {
  /**
   * Resolves when nothing else of the key is under way, or when the signal fires; with how to leave, to be called in either case. What has
   * no key waits for nobody.
   */
  readonly enter: (key: Key | undefined, signal?: AbortSignal) => Promise<() => void>
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener("abort", () => resolve(), { once: true })
  })

export const makeTurns = <Key>(): Turns<Key> => {
  /** Fulfilled when the newest turn and all before it have left. */
  const ends = new Map<Key, Promise<void>>()
  return {
    enter: async (key, signal) => {
      if (key === undefined) return () => undefined
      const before = ends.get(key)
      const turn = Promise.withResolvers<void>()
      const end = async (): Promise<void> => {
        // Who gives up waiting must not let the next one pass by whoever is still under way.
        await before
        await turn.promise
        if (ends.get(key) === ended) ends.delete(key)
      }
      const ended = end()
      ends.set(key, ended)
      if (before !== undefined) await Promise.race([before, ...(signal === undefined ? [] : [aborted(signal)])])
      return turn.resolve
    },
  }
}
