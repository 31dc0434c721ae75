import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Logger } from "@muster/platform"
import { commandRuntime, DEFAULT_TIMINGS } from "@muster/runtime-agent"

/** Any member will do: the question is whether this machine confines programs at all. */
const PROBE_MEMBER = "00000000-0000-7000-8000-000000000000"

/** Asks the command runtime, as an agent would, whether it can confine programs on this machine; the reason when it cannot. */
export const commandsBlocked = async (log: Logger, env: NodeJS.ProcessEnv): Promise<string | undefined> => {
  const stateDir = await mkdtemp(join(tmpdir(), "muster-probe-"))
  const runtime = commandRuntime({ memberId: PROBE_MEMBER, stateDir, timings: DEFAULT_TIMINGS, env, log })
  try {
    const status = await runtime.check()
    return "blockedReason" in status ? status.blockedReason : undefined
  } finally {
    await runtime.close()
    await rm(stateDir, { recursive: true, force: true })
  }
}
