import { backoffMillis, latch } from "@muster/platform"
import { LOOP_BACKOFF } from "#src/limits.ts"
import type { BusLog } from "@muster/team-bus"
import { inParallel } from "#src/load.ts"

/** Work that must be done at some time soon, once, and again if it failed. It looks at the state of things when it runs. */
export type Chore = () => Promise<void>

export interface Chores {
  /** A second chore of the same key that has not begun yet takes the place of the first. */
  readonly add: (key: string, chore: Chore) => void
  readonly run: (signal: AbortSignal) => Promise<void>
}

interface Waiting {
  readonly chore: Chore
  readonly failures: number
  readonly notBeforeMillis: number
}

/** Each chore that fails waits by itself, longer every time; it keeps none of the others. */
export const makeChores = (log: BusLog): Chores => {
  const waiting = new Map<string, Waiting>()
  const bell = latch()

  const attempt = async (key: string, { chore, failures }: Waiting): Promise<void> => {
    try {
      await chore()
    } catch (error) {
      const reason = error instanceof Error ? error.message : "unknown error"
      if (failures === 0) log.warn({ chore: key, reason }, "could not be done, trying again")
      const notBeforeMillis = performance.now() + backoffMillis(LOOP_BACKOFF, failures)
      if (!waiting.has(key)) waiting.set(key, { chore, failures: failures + 1, notBeforeMillis })
    }
  }

  return {
    add: (key, chore) => {
      waiting.set(key, { chore, failures: 0, notBeforeMillis: 0 })
      bell.ring()
    },
    run: async (signal) => {
      while (!signal.aborted) {
        const nowMillis = performance.now()
        const due = [...waiting].filter(([, { notBeforeMillis }]) => notBeforeMillis <= nowMillis)
        if (due.length === 0) {
          const next = Math.min(...[...waiting.values()].map(({ notBeforeMillis }) => notBeforeMillis))
          await bell.wait(signal, Number.isFinite(next) ? next - nowMillis : undefined)
          continue
        }
        for (const [key] of due) waiting.delete(key)
        await inParallel(due, ([key, work]) => (signal.aborted ? Promise.resolve() : attempt(key, work)))
      }
    },
  }
}
