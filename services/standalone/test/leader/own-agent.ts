import { spawn, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type AgentCredentials, API_PREFIX } from "@muster/contracts"
import { type Api, MusterFailed } from "../harness/index.ts"

const MAIN = fileURLToPath(new URL("../../../../runtime-agent/src/main.ts", import.meta.url))

export interface OwnAgent {
  readonly teamId: string
  readonly memberId: string
  /** A new directory is made of it. */
  readonly stateDir: string
  /** The control plane itself, where the agent is enrolled. */
  readonly url: string
  /** Where the agent is told that the control plane is. */
  readonly through: string
  readonly runtimesDir: string
}

/** Starts the agent of a member that is placed by hand. The result ends it as `kill -9` does. */
export const startOwnAgent = async (api: Api, agent: OwnAgent): Promise<() => Promise<void>> => {
  const { teamId, memberId, stateDir, url, through, runtimesDir } = agent
  const path = `/teams/${teamId}/members/${memberId}/enroll`
  const { token } = await api.json<{ readonly token: string }>("POST", path, { body: {} })
  const response = await fetch(`${url}${API_PREFIX}/agent/bootstrap`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token, agentVersion: "proof", host: "by-hand" }),
  })
  if (!response.ok) throw new MusterFailed({ message: `the agent can not be enrolled: ${await response.text()}` })
  const credentials: AgentCredentials = { ...((await response.json()) as AgentCredentials), controlPlaneUrl: through }
  mkdirSync(stateDir, { recursive: true, mode: 0o700 })
  writeFileSync(join(stateDir, "credentials.json"), JSON.stringify(credentials), { mode: 0o600 })
  const child: ChildProcess = spawn(process.execPath, [MAIN, "--state-dir", stateDir], {
    env: { ...process.env, MUSTER_RUNTIMES_DIR: runtimesDir },
    stdio: "ignore",
  })
  const exited = once(child, "exit")
  return async () => {
    child.kill("SIGKILL")
    await exited
  }
}
