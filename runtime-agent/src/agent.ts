import { rm } from "node:fs/promises"
import { AGENT_EXIT, type AgentCredentials } from "@muster/contracts"
import type { ConversationId } from "@muster/domain"
import { connectAgentBus, logGenerationOf } from "@muster/team-bus/agent"
import { messageOf } from "#src/errors.ts"
import { connectControlPlane } from "#src/http/control-plane.ts"
import { openJournal } from "#src/journal/journal.ts"
import type { AgentTimings, OutboxCaps } from "#src/limits.ts"
import type { Log } from "#src/log.ts"
import { becomesOrphan } from "#src/orphan.ts"
import { withModels } from "#src/model-access.ts"
import { createOutbox } from "#src/outbox/outbox.ts"
import { createProgressGate } from "#src/outbox/progress-gate.ts"
import { createStepGate } from "#src/outbox/step-gate.ts"
import { createUsageGate } from "#src/outbox/usage-gate.ts"
import { pause } from "#src/pause.ts"
import { createPresence } from "#src/presence.ts"
import { watchRuntime } from "#src/runtime-status.ts"
import type { Runtimes } from "#src/runtimes/table.ts"
import { obeyControls } from "#src/controls.ts"
import type { StateDir } from "#src/state/state-dir.ts"
import { connectTeamTools } from "#src/http/tools.ts"
import { createTeamTools } from "#src/tools/index.ts"
import { makeTurns } from "#src/turns.ts"
import { clearLeftovers } from "#src/work/leftovers.ts"
import { createWorkLoop } from "#src/work/work-loop.ts"

/** Why the agent ended by itself. */
export interface AgentEnd {
  readonly code: (typeof AGENT_EXIT)[keyof typeof AGENT_EXIT]
  readonly reason: string
}

export interface AgentOptions {
  readonly state: StateDir
  readonly credentials: AgentCredentials
  readonly runtimes: Runtimes
  /** The account that tasks alone run as, when there is one. */
  readonly taskUid: number | undefined
  readonly timings: AgentTimings
  readonly caps: OutboxCaps
  /** End when this process is not our parent any more and no control plane answers. */
  readonly parentPid: number | undefined
  readonly log: Log
  /** Fires when the agent is asked to stop. */
  readonly stop: AbortSignal
}

/** Runs an enrolled agent until it is asked to stop or has a reason to end. */
export const runAgent = async (options: AgentOptions): Promise<AgentEnd> => {
  const { state: dir, credentials, timings, caps, log, stop } = options
  const { teamId, memberId, incarnation, controlPlaneUrl, apiKey } = credentials
  let settings = credentials.settings
  let isDraining = false
  const ending = new AbortController()
  let end: AgentEnd = { code: AGENT_EXIT.stopped, reason: "asked to stop" }
  const endWith = (code: AgentEnd["code"], reason: string): void => {
    if (ending.signal.aborted) return
    end = { code, reason }
    ending.abort()
  }
  const asked = () => endWith(AGENT_EXIT.stopped, "asked to stop")
  if (stop.aborted) asked()
  else stop.addEventListener("abort", asked, { once: true })

  const journal = await openJournal({ path: dir.journal, incarnation, timings, log })
  const controlPlane = connectControlPlane(controlPlaneUrl, apiKey)
  const runtimes = withModels(options.runtimes, controlPlane, timings)
  const bus = connectAgentBus({ ...credentials.bus, teamId, memberId, incarnation, log })
  const outbox = createOutbox({ journal, incarnation, send: bus.report, caps, timings, log })
  const failed = (error: unknown) => {
    log.error({ err: error }, "the agent can not go on")
    endWith(AGENT_EXIT.failed, messageOf(error))
  }
  const gates = {
    progress: createProgressGate(outbox, journal.state, timings.progressIntervalMillis, failed),
    usage: createUsageGate(outbox, journal.state, timings.usageIntervalMillis, failed),
    steps: createStepGate(outbox, (seq) => journal.state.unacked.has(seq), failed),
  }

  const blockedReason = (): string | null => {
    if (journal.fault() !== undefined) return journal.fault() ?? null
    if (outbox.isFull())
      return `${journal.state.unacked.size} reports wait to be recorded, more than the outbox may hold: no new work until the dispatcher is back`
    return runtime.blockedReason()
  }
  const mayTake = () => !isDraining && !ending.signal.aborted && blockedReason() === null
  const runtime = watchRuntime({
    runtimes,
    current: () => settings.runtime,
    runtimeOptions: () => settings.runtimeOptions,
    recheckMillis: timings.runtimeRecheckMillis,
    onChange: () => {
      work.wake()
      presence.beatNow()
    },
    log,
  })

  const { spool: spoolRoot, work: workRoot } = dir
  await clearLeftovers({ journal, outbox, spoolRoot, workRoot, taskUid: options.taskUid, log })
  const memberOptions = () => settings.runtimeOptions
  const tools = createTeamTools({ use: connectTeamTools(controlPlaneUrl, apiKey), log })
  const places = { spoolRoot, workRoot }
  /** Turns of one conversation follow each other, however many slots there are: a later one goes on where the one before ended. */
  const conversations = makeTurns<ConversationId>()
  const means = { controlPlane, tools, conversations, runtimes, memberOptions }
  const deps = { journal, outbox, gates, ...means, ...places, timings, log }
  const work = createWorkLoop({ deps, bus, slots: () => settings.slots, mayTake })
  const presence = createPresence({
    bus,
    incarnation,
    state: journal.state,
    slots: () => settings.slots,
    status: () => {
      const blocked = blockedReason()
      if (isDraining || ending.signal.aborted) return { status: "draining", blockedReason: null }
      return { status: blocked === null ? "ready" : "blocked", blockedReason: blocked }
    },
    beatMillis: timings.presenceBeatMillis,
    onBeat: work.acknowledge,
    log,
  })

  bus.onBack(() => {
    log.info({}, "the bus is there")
    outbox.resendAll()
    presence.beatNow()
  })
  bus.onLost((loss) => log.warn(loss, "the bus is not there; work goes on and reports wait on disk"))

  /** A rebuilt bus has forgotten what was not recorded. One of another log, restored from a copy, knows other assignments. */
  const watchGeneration = async (signal: AbortSignal): Promise<void> => {
    let known: string | undefined
    let knownLog: string | undefined
    while (!signal.aborted) {
      try {
        const generation = await bus.generation()
        if (generation !== undefined) {
          const logGeneration = logGenerationOf(generation)
          if (knownLog !== undefined && knownLog !== logGeneration) {
            log.warn({ held: work.held().length }, "the log was restored from a copy; what is held is given back")
            work.logRestored()
          }
          knownLog = logGeneration
        }
        if (known !== undefined && generation !== known) outbox.resendAll()
        known = generation
      } catch (error) {
        log.debug({ error: messageOf(error) }, "the generation of the bus can not be read")
      }
      await pause(timings.generationCheckMillis, signal)
    }
  }
  /** The bus alone does not decide: after its own restart it knows nobody until the dispatcher is back. */
  const watchCredentials = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      await pause(timings.refusedProbeMillis, signal)
      if (signal.aborted || bus.loss()?.kind !== "denied") continue
      try {
        if (!(await controlPlane.areCredentialsVoid())) continue
      } catch (error) {
        log.debug({ error: messageOf(error) }, "the control plane can not be asked about the credentials")
        continue
      }
      await rm(dir.credentials, { force: true })
      endWith(AGENT_EXIT.notEnrolled, "the control plane does not accept the credentials any more")
    }
  }
  const watchParent = async (signal: AbortSignal): Promise<void> => {
    const { isReachable } = controlPlane
    const { parentPid } = options
    if (parentPid === undefined || !(await becomesOrphan({ isReachable, timings, parentPid, signal }))) return
    endWith(AGENT_EXIT.orphaned, "parent and control plane were gone for too long")
  }

  // Sending, listening and beating go on while the work comes to its end.
  const closing = new AbortController()
  const loops = [
    outbox.run(closing.signal),
    presence.run(closing.signal),
    obeyControls(
      {
        bus,
        incarnation,
        work,
        outbox,
        log,
        onSettings: ({ slots, runtime: name, runtimeOptions }) => {
          settings = { slots, runtime: name, runtimeOptions }
          runtime.recheck()
          work.wake()
          presence.beatNow()
        },
        onDrain: () => {
          isDraining = true
          presence.beatNow()
        },
        onRetire: (reason) => endWith(AGENT_EXIT.retired, reason),
      },
      closing.signal,
    ),
    watchGeneration(closing.signal),
    watchCredentials(ending.signal),
    watchParent(ending.signal),
    runtime.run(ending.signal),
    work.run(ending.signal),
  ]
  for (const loop of loops) loop.catch(failed)

  log.info({ memberId, incarnation, slots: settings.slots, runtime: settings.runtime }, "the agent is at work")
  await new Promise<void>((resolve) => {
    if (ending.signal.aborted) resolve()
    else ending.signal.addEventListener("abort", () => resolve(), { once: true })
  })
  log.info({ ...end, held: work.held().length }, "the agent ends")

  const allEnded = () => Promise.all(work.held().map(({ ended }) => ended))
  if (end.code === AGENT_EXIT.retired) {
    for (const held of work.held()) held.abandon()
    await allEnded()
    await rm(dir.credentials, { force: true })
  } else {
    presence.beatNow()
    // What waits for a person or for delivery will not end soon; it is not waited for.
    const working = work.held().filter((held) => held.isWorking())
    await Promise.race([Promise.all(working.map(({ ended }) => ended)), pause(timings.stopGraceMillis)])
    for (const held of work.held()) held.stop()
    await allEnded()
    const flushUntil = performance.now() + timings.stopFlushMillis
    while (!outbox.isEmpty() && performance.now() < flushUntil) await pause(FLUSH_LOOK_MILLIS)
    await work.acknowledge()
  }
  closing.abort()
  await Promise.allSettled(loops)
  await tools.close()
  await bus.close()
  await journal.close()
  return end
}

const FLUSH_LOOK_MILLIS = 20
