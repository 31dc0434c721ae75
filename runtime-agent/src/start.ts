import { AGENT_EXIT, type AgentLastExit } from "@muster/contracts"
import { type AgentEnd, runAgent } from "#src/agent.ts"
import type { Args } from "#src/args.ts"
import { BootstrapRefused, NotEnrolled, StateDirBusy, StateDirUnsafe } from "#src/errors.ts"
import type { AgentTimings, OutboxCaps } from "#src/limits.ts"
import type { Log } from "#src/log.ts"
import { acpRuntime } from "#src/runtimes/acp/index.ts"
import { commandRuntime } from "#src/runtimes/command/index.ts"
import { makeConfiner, taskAccount } from "#src/runtimes/shared/confiner.ts"
import { openclawRuntime } from "#src/runtimes/openclaw/index.ts"
import { simulatedRuntime } from "#src/runtimes/simulated/index.ts"
import { writeAtomically } from "#src/state/atomic-file.ts"
import { enrol } from "#src/state/credentials.ts"
import { openStateDir, type StateDir } from "#src/state/state-dir.ts"

export interface StartOptions extends Args {
  readonly timings: AgentTimings
  readonly caps: OutboxCaps
  readonly env: NodeJS.ProcessEnv
  readonly log: Log
  readonly stop: AbortSignal
}

const enrolled = async (options: StartOptions, state: StateDir): Promise<AgentEnd> => {
  const { bootstrapPath, parentPid, timings, caps, env, log, stop } = options
  const credentials = await enrol({ credentialsPath: state.credentials, bootstrapPath, timings, log, signal: stop })
  if (credentials === undefined) return { code: AGENT_EXIT.stopped, reason: "asked to stop before it was enrolled" }
  const { memberId } = credentials
  const confined = { memberId, stateDir: state.path, env, log }
  const confiner = makeConfiner(confined)
  const programs = { ...confined, confiner, timings }
  const acp = acpRuntime(programs)
  const openclaw = openclawRuntime({ ...confined, confiner })
  try {
    const runtimes = {
      command: commandRuntime(programs),
      simulated: simulatedRuntime(),
      acp,
      openclaw,
    }
    const taskUid = taskAccount(memberId)?.uid
    return await runAgent({ state, credentials, runtimes, taskUid, timings, caps, parentPid, log, stop })
  } finally {
    await openclaw.close()
    await acp.close()
  }
}

const endOf = (error: unknown): AgentEnd | undefined => {
  if (error instanceof StateDirBusy || error instanceof StateDirUnsafe)
    return { code: AGENT_EXIT.stateUnusable, reason: error.message }
  if (error instanceof NotEnrolled || error instanceof BootstrapRefused)
    return { code: AGENT_EXIT.notEnrolled, reason: error.message }
  return undefined
}

/** The whole life of an agent process: state directory, enrolment, work. Leaves `last-exit.json` behind. */
export const startAgent = async (options: StartOptions): Promise<AgentEnd> => {
  const { log } = options
  let state: StateDir
  try {
    state = openStateDir(options.stateDir)
  } catch (error) {
    const end = endOf(error)
    if (end === undefined) throw error
    log.error({}, end.reason)
    return end
  }
  try {
    let end: AgentEnd
    try {
      end = await enrolled(options, state)
    } catch (error) {
      const known = endOf(error)
      if (known === undefined) throw error
      log.error({}, known.reason)
      end = known
    }
    const lastExit: AgentLastExit = { pid: process.pid, ...end, at: new Date().toISOString() }
    await writeAtomically(state.lastExit, JSON.stringify(lastExit))
    return end
  } finally {
    state.close()
  }
}
