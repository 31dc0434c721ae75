import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { Stage } from "./stage.ts"

const readIfThere = (file: string): string => (existsSync(file) ? readFileSync(file, "utf8") : "")

/** What each agent has said, by its name: those of the run, and those that the products started themselves. */
export const wordsOfAgents = ({ agents, products }: Stage): ReadonlyMap<string, string> => {
  const own = agents.map(({ name, logFile }) => [name, readIfThere(logFile)] as const)
  const local = products.flatMap(({ name, muster }) => {
    const instances = join(muster.dataDir, "instances")
    const ids = existsSync(instances) ? readdirSync(instances) : []
    return ids.map((id) => [`${name}-agent-${id}`, readIfThere(join(instances, id, "agent.log"))] as const)
  })
  return new Map([...own, ...local])
}
