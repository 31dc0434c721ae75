/** Runs work one after the other for the same key, and at once for different keys. */
export const makeKeyQueue = () => {
  const last = new Map<string, Promise<unknown>>()
  return async <A>(key: string, work: () => Promise<A>): Promise<A> => {
    // What came before may fail: that is the business of its own caller.
    const mine = (last.get(key) ?? Promise.resolve()).then(work, work)
    last.set(key, mine)
    try {
      return await mine
    } finally {
      if (last.get(key) === mine) last.delete(key)
    }
  }
}
