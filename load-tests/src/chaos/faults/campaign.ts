import { setTimeout as delay } from "node:timers/promises"
import { IN_FLIGHT_BEFORE_EACH_TASKS, IN_FLIGHT_WAIT_MILLIS, LOOK_AGAIN_MILLIS } from "../limits.ts"
import type { Fault } from "../plan/plan.ts"
import type { Stage } from "../stage/stage.ts"
import { beginFault } from "./strike.ts"

/** A fault as it happened. Times of `performance.now`. */
export interface Struck {
  readonly fault: Fault
  readonly beganAtMillis: number
  readonly inFlight: number
  endedAtMillis: number | undefined
}

export interface CampaignOptions {
  readonly stage: Stage
  readonly plan: readonly Fault[]
  readonly inFlight: () => number
  readonly onStrike: (struck: Struck) => void
  /** Fires when the run is to end early. */
  readonly signal: AbortSignal
}

/** Carries out a plan, one fault after the other as to their beginnings, and waits until the last has ended. */
export const carryOut = async (options: CampaignOptions): Promise<readonly Struck[]> => {
  const { stage, plan, inFlight, onStrike, signal } = options
  const all: Struck[] = []
  const ends: Promise<void>[] = []
  const zero = performance.now()

  const enoughInFlight = async (): Promise<void> => {
    const deadline = performance.now() + IN_FLIGHT_WAIT_MILLIS
    while (inFlight() < IN_FLIGHT_BEFORE_EACH_TASKS && performance.now() < deadline) await delay(LOOK_AGAIN_MILLIS)
  }

  const endLater = async (struck: Struck, end: () => Promise<void>): Promise<void> => {
    const { durationMillis } = struck.fault
    try {
      if (durationMillis > 0) await delay(durationMillis, undefined, { signal })
    } catch (error) {
      // An early end is an end too.
      if (!signal.aborted) throw error
    }
    await end()
    struck.endedAtMillis = performance.now()
  }

  try {
    for (const fault of plan) {
      await delay(Math.max(0, zero + fault.atMillis - performance.now()), undefined, { signal })
      await enoughInFlight()
      const struck: Struck = { fault, beganAtMillis: performance.now(), inFlight: inFlight(), endedAtMillis: undefined }
      const end = await beginFault(stage, fault)
      all.push(struck)
      onStrike(struck)
      const ending = endLater(struck, end)
      // Heard below; until then a failure must not end the process.
      ending.catch(() => undefined)
      ends.push(ending)
    }
  } finally {
    await Promise.all(ends)
  }
  return all
}
