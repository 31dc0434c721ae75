import { agentPidsOf } from "../product/agents.ts"
import { openProduct } from "../product/open.ts"
import type { OpenSide } from "./sides.ts"

/** Muster: every service in one process, as `npm start` runs them, and one real agent process per member. */
export const openOurs: OpenSide = async ({ context, postgres, redis, workers, slots }) => {
  const product = await openProduct(context, { postgres, redis })
  const team = await product.makeTeam({ name: "Bench", members: workers, slots, placement: "local" })
  return {
    loop: (loop) => product.loop(team, loop),
    pids: { services: [product.pid], agents: agentPidsOf(team) },
  }
}
