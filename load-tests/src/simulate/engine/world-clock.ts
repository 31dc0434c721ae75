import { makeDice, type Dice } from "./dice.ts"
import { Scheduler } from "./scheduler.ts"

/** What stands behind the faked clock, timers, chance and ids. One history at a time in a thread. */
export interface Environment {
  readonly scheduler: Scheduler
  /** Math.random and ids of the product. */
  readonly chance: Dice
  /** How long things take. */
  readonly latency: Dice
  ids: number
}

let environment: Environment = { scheduler: new Scheduler(), chance: makeDice(0, 1), latency: makeDice(0, 2), ids: 0 }

/** Begins a history: time, chance and ids start anew. */
export const beginEnvironment = (seed: number): Environment => {
  environment = { scheduler: new Scheduler(), chance: makeDice(seed, 1), latency: makeDice(seed, 2), ids: 0 }
  return environment
}

export const env = (): Environment => environment
