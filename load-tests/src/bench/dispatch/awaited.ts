/** Outcomes by id, for those who wait for one: whichever comes first, the waiter or the outcome. */
export interface Awaited {
  readonly until: (id: string) => Promise<void>
  readonly ended: (id: string) => void
}

export const makeAwaited = (): Awaited => {
  const waiting = new Map<string, () => void>()
  const early = new Set<string>()
  return {
    until: (id) =>
      new Promise((resolve) => {
        if (early.delete(id)) resolve()
        else waiting.set(id, resolve)
      }),
    ended: (id) => {
      const resolve = waiting.get(id)
      if (resolve === undefined) {
        early.add(id)
        return
      }
      waiting.delete(id)
      resolve()
    },
  }
}
