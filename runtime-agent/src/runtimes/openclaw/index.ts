import { messageOf, RuntimeUnavailable } from "#src/errors.ts"
import type { Runtime } from "#src/runtimes/contract.ts"
import { type Door, openDoor } from "#src/runtimes/openclaw/door.ts"
import { type Gateway, type GatewayTimings, makeGateway } from "#src/runtimes/openclaw/gateway.ts"
import { findOpenclaw } from "#src/runtimes/openclaw/installation.ts"
import { SESSIONS_TIDY_IDLE_MILLIS } from "#src/runtimes/openclaw/limits.ts"
import { type GatewayHouse, startGatewayProcess } from "#src/runtimes/openclaw/process.ts"
import { openOpenclawSession } from "#src/runtimes/openclaw/session.ts"
import { makeSlots } from "#src/runtimes/openclaw/slots.ts"
import { makeTidying, type Tidying } from "#src/runtimes/openclaw/tidying.ts"
import { type Confiner, type ConfinerOptions, makeConfiner } from "#src/runtimes/shared/confiner.ts"

export interface OpenclawRuntimeOptions extends ConfinerOptions {
  /** The one of the agent, when other runtimes start programs, too. */
  readonly confiner?: Confiner
  /** Tests shorten these. */
  readonly timings?: Partial<GatewayTimings & { readonly tidyIdleMillis: number }>
}

export interface OpenclawRuntime extends Runtime {
  /** Ends the gateway, its sessions first. */
  readonly close: () => Promise<void>
}

interface Running {
  readonly house: GatewayHouse
  readonly door: Door
  readonly gateway: Gateway
  readonly tidying: Tidying
}

/**
 * Lets an unmodified OpenClaw work: one gateway for the member, confined like a command, started on first need and kept; one of its
 * sessions for each task. MUSTER_RUNTIMES_DIR says where it is installed.
 */
export const openclawRuntime = (options: OpenclawRuntimeOptions): OpenclawRuntime => {
  const { stateDir, env, log, timings, confiner = makeConfiner(options) } = options
  const runtimesDir = env["MUSTER_RUNTIMES_DIR"] || undefined
  const slots = makeSlots()
  let running: Promise<Running> | undefined
  let known: Gateway | undefined

  const begin = async (): Promise<Running> => {
    const confined = await confiner.look()
    if (!("confinement" in confined)) throw new RuntimeUnavailable({ message: confined.blockedReason })
    const installation = await findOpenclaw(runtimesDir)
    if ("missing" in installation) throw new RuntimeUnavailable({ message: installation.missing })
    const { confinement } = confined
    const keep = (name: string) => confiner.keep(confinement, "openclaw", name)
    const dirs = { work: await keep("work"), home: await keep("home"), tmp: await keep("tmp") }
    const house: GatewayHouse = { confinement, confiner, installation, dirs, privateDir: stateDir, env }
    const door = await openDoor()
    const gateway = makeGateway({
      start: (start) => startGatewayProcess(house, { ...start, door }),
      log,
      ...(timings === undefined ? {} : { timings }),
    })
    known = gateway
    const remove = async (key: string): Promise<void> => {
      try {
        await gateway.request("sessions.delete", { key })
      } catch (error) {
        log.warn({ key, reason: messageOf(error) }, "a session of OpenClaw that is over could not be deleted")
      }
    }
    const { tidyIdleMillis = SESSIONS_TIDY_IDLE_MILLIS } = timings ?? {}
    return { house, door, gateway, tidying: makeTidying(remove, tidyIdleMillis) }
  }
  const ready = (): Promise<Running> => {
    running ??= begin().catch((error: unknown) => {
      running = undefined
      throw error
    })
    return running
  }

  return {
    name: "openclaw",
    wantsTools: true,
    needsModel: true,
    check: async () => {
      const confined = await confiner.look()
      if (!("confinement" in confined)) return { blockedReason: confined.blockedReason }
      const installation = await findOpenclaw(runtimesDir)
      if ("missing" in installation) return { blockedReason: installation.missing }
      const blockedReason = known?.blockedReason()
      return blockedReason === undefined ? {} : { blockedReason }
    },
    open: async (task, host) => {
      const { model } = task
      if (model === undefined)
        throw new RuntimeUnavailable({
          message: "OpenClaw needs a model endpoint: an owner sets one for the organisation, the team or the member",
        })
      const { openclaw } = task.options
      const named = openclaw?.model === undefined ? model : { ...model, model: openclaw.model }
      return openOpenclawSession({ ...(await ready()), task, model: named, host, slots, log })
    },
    close: async () => {
      if (running === undefined) return
      const { gateway, door, tidying } = await running
      tidying.close()
      await gateway.close()
      await door.close()
    },
  }
}
