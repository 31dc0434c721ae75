import { slotNumbers } from "#src/runtimes/openclaw/config.ts"

/** The places for sessions in one gateway. */
export interface Slots {
  /** A free slot, or the next that becomes free; undefined when the signal fires first. */
  readonly take: (signal: AbortSignal) => Promise<number | undefined>
  readonly release: (slot: number) => void
}

export const makeSlots = (): Slots => {
  const free = [...slotNumbers]
  const waiting = new Set<(slot: number) => void>()
  return {
    take: async (signal) => {
      const slot = signal.aborted ? undefined : free.shift()
      if (slot !== undefined || signal.aborted) return slot
      return new Promise((resolve) => {
        const stop = (): void => {
          waiting.delete(take)
          resolve(undefined)
        }
        const take = (given: number): void => {
          signal.removeEventListener("abort", stop)
          resolve(given)
        }
        waiting.add(take)
        signal.addEventListener("abort", stop, { once: true })
      })
    },
    release: (slot) => {
      const [next] = waiting
      if (next === undefined) free.push(slot)
      else {
        waiting.delete(next)
        next(slot)
      }
    },
  }
}
