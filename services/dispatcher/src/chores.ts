import type { BusLog } from "@muster/team-bus"
import { inParallel } from "#src/load.ts"
import { Latch } from "#src/latch.ts"
import { backoffMillis, pause } from "#src/pause.ts"

/** Work that must be done at some time soon, once, and again if it failed. It looks at the state of things when it runs. */
export type Chore = () => Promise<void>

export interface Chores {
  /** A second chore of the same key that has not begun yet takes the place of the first. */
  readonly add: (key: string, chore: Chore) => void
  readonly run: (signal: AbortSignal) => Promise<void>
}

export const makeChores = (log: BusLog): Chores => {
  let waiting = new Map<string, Chore>()
  const latch = new Latch()
  return {
    add: (key, chore) => {
      waiting.set(key, chore)
      latch.set()
    },
    run: async (signal) => {
      let failures = 0
      while (!signal.aborted) {
        await latch.wait(signal)
        const batch = waiting
        waiting = new Map()
        let failed: unknown
        await inParallel([...batch], async ([key, chore]) => {
          if (signal.aborted) return
          try {
            await chore()
          } catch (error) {
            failed = error
            if (!waiting.has(key)) waiting.set(key, chore)
          }
        })
        if (failed === undefined) {
          failures = 0
          continue
        }
        const reason = failed instanceof Error ? failed.message : "unknown error"
        if (failures === 0) log.warn({ reason, waiting: waiting.size }, "some work could not be done, trying again")
        await pause(backoffMillis(failures), signal)
        failures += 1
        latch.set()
      }
    },
  }
}
