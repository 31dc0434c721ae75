import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { AGENT_SOURCE } from "@muster/standalone/program"

/**
 * A program that runs the agent and, when it ends, writes a profile of its processor time: agents are started by the product, with no
 * variables of ours.
 */
export const writeProfiledAgent = (dataDir: string, profileDir: string): string => {
  const path = join(dataDir, "profiled-agent.ts")
  writeFileSync(
    path,
    `import { mkdirSync, writeFileSync } from "node:fs"
import { Session } from "node:inspector"
const session = new Session()
session.connect()
session.post("Profiler.enable")
session.post("Profiler.start")
process.on("exit", () => {
  session.post("Profiler.stop", (error, answer) => {
    if (error) throw error
    mkdirSync(${JSON.stringify(profileDir)}, { recursive: true })
    writeFileSync(${JSON.stringify(profileDir)} + "/agent-" + process.pid + ".cpuprofile", JSON.stringify(answer.profile))
  })
})
await import(${JSON.stringify(AGENT_SOURCE)})
`,
  )
  return path
}
