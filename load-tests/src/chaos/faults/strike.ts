import { setTimeout as delay } from "node:timers/promises"
import { FaultFailed } from "../errors.ts"
import { LOOK_AGAIN_MILLIS, STRIKE_TIMEOUT_MILLIS } from "../limits.ts"
import type { Fault } from "../plan/plan.ts"
import { seeded } from "../random.ts"
import type { Stage } from "../stage/stage.ts"
import { actions } from "./actions.ts"

/** Ends a fault; it may be over already. */
export type EndFault = () => Promise<void>

/**
 * Brings a fault about. What it strikes may be away for a reason of its own (the product restarts something): then it is tried
 * again. Fails with FaultFailed.
 */
export const beginFault = async (stage: Stage, fault: Fault): Promise<EndFault> => {
  const begin = actions[fault.kind]
  if (begin === undefined) throw new FaultFailed({ fault: fault.kind, cause: "nobody knows how" })
  const deadline = performance.now() + STRIKE_TIMEOUT_MILLIS
  for (;;) {
    try {
      return await begin({ stage, fault, random: seeded(fault.seed) })
    } catch (error) {
      if (performance.now() >= deadline)
        throw new FaultFailed({ fault: `${fault.kind} (${fault.target})`, cause: error })
      await delay(LOOK_AGAIN_MILLIS)
    }
  }
}
