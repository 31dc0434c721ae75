import type { AddressInfo } from "node:net"
import { Blobs } from "@muster/blobs"
import type { RuntimeAbility } from "@muster/contracts"
import { EventStore } from "@muster/event-store"
import { OperationalState } from "@muster/operational-state"
import { ReadModels } from "@muster/read-models"
import { TeamBus } from "@muster/team-bus"
import { Data, Effect, type Scope } from "effect"
import { buildApp } from "#src/app.ts"
import { makeExecute, type HandOver } from "#src/commands/execute.ts"
import { ensureOrganisation } from "#src/commands/organisation.ts"
import { makePlaces } from "#src/commands/places.ts"
import { makeStreams } from "#src/commands/streams-of.ts"
import { SWEEP_INTERVAL_MILLIS } from "#src/limits.ts"
import type { Log } from "#src/logger.ts"

/** The HTTP edge could not be started: the port is taken, or something below it does not answer. */
export class ControlPlaneFailed extends Data.TaggedError("ControlPlaneFailed")<{ readonly cause: unknown }> {
  override get message(): string {
    return `the control plane could not start: ${this.cause instanceof Error ? this.cause.message : "unknown cause"}`
  }
}

export interface ControlPlaneOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** Where people reach us; absent: http://localhost and the port. */
  readonly publicUrl?: string
  /** Where agents reach us; absent: the address we listen on. */
  readonly agentUrl?: string
  /** The bus as agents reach it, without credentials (`redis://host:port`). */
  readonly busUrl: string
  /** The built dashboard. */
  readonly uiDir: string
  readonly version: string
  readonly logger: Log
  /** Who may read /metrics. Default: callers on this machine. */
  readonly metricsAccess?: "loopback" | "any"
  /** Addresses of proxies whose X-Forwarded-For is believed. Default: none. */
  readonly trustProxy?: readonly string[]
  readonly requestsPerMinute?: number
  /** The short way of dispatches to a dispatcher in this process. */
  readonly handOver?: HandOver
  /** Asks what members on this machine could work with; absent where no agents run beside this process. */
  readonly abilities?: () => Promise<readonly RuntimeAbility[]>
  /** For tests. */
  readonly heartbeatMillis?: number
  readonly bufferMaxBytes?: number
}

export interface ControlPlane {
  readonly port: number
  /** The address it listens on. */
  readonly url: string
  readonly publicUrl: string
}

type Needs = EventStore | ReadModels | OperationalState | Blobs | TeamBus | Scope.Scope

const addressOf = (host: string, port: number): string => {
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`
}

const start = async (
  options: ControlPlaneOptions,
  services: {
    readonly log: EventStore
    readonly reads: ReadModels
    readonly state: OperationalState
    readonly blobs: Blobs["Service"]
    readonly bus: TeamBus
  },
) => {
  const { log, reads, state, blobs, bus } = services
  const { logger } = options
  const [{ orgId }, generation] = await Promise.all([ensureOrganisation(log), log.generation()])
  let port = options.port
  const publicUrl = () => options.publicUrl ?? `http://localhost:${port}`
  const desk = {
    log,
    reads,
    state,
    blobs,
    busUsers: bus.acl,
    resend: bus.resend,
    streams: makeStreams(log),
    places: makePlaces(log),
    execute: makeExecute(log),
    handOver: options.handOver,
    abilities: options.abilities,
    logger,
    defaultOrgId: orgId,
    agentUrl: () => options.agentUrl ?? addressOf(options.host, port),
    busUrl: options.busUrl,
  }
  const { requestsPerMinute, heartbeatMillis, bufferMaxBytes } = options
  const app = await buildApp({
    desk,
    generation,
    isBusUp: bus.isUp,
    version: options.version,
    uiDir: options.uiDir,
    publicUrl: publicUrl(),
    metricsAccess: options.metricsAccess ?? "loopback",
    trustProxy: options.trustProxy ?? [],
    ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
    ...(heartbeatMillis === undefined ? {} : { heartbeatMillis }),
    ...(bufferMaxBytes === undefined ? {} : { bufferMaxBytes }),
  })
  await app.listen({ host: options.host, port })
  ;({ port } = app.server.address() as AddressInfo)
  const sweeper = setInterval(() => {
    state.sweep().catch((error: unknown) => logger.warn({ err: error }, "dead rows were not removed"))
  }, SWEEP_INTERVAL_MILLIS)
  return {
    controlPlane: { port, url: addressOf(options.host, port), publicUrl: publicUrl() },
    close: async () => {
      clearInterval(sweeper)
      await app.close()
    },
  }
}

/**
 * The HTTP API, identity, commands, the live feed and the dashboard's files, until the scope closes. Makes the default organisation
 * when the log is empty. Fails with ControlPlaneFailed.
 */
export const controlPlane = (options: ControlPlaneOptions): Effect.Effect<ControlPlane, ControlPlaneFailed, Needs> =>
  Effect.gen(function* () {
    const services = {
      log: yield* EventStore,
      reads: yield* ReadModels,
      state: yield* OperationalState,
      blobs: yield* Blobs,
      bus: yield* TeamBus,
    }
    const { controlPlane } = yield* Effect.acquireRelease(
      Effect.tryPromise({
        try: () => start(options, services),
        catch: (cause) => new ControlPlaneFailed({ cause }),
      }),
      ({ close }) => Effect.promise(close),
    )
    options.logger.info({ url: controlPlane.url }, "control plane listens")
    return controlPlane
  })
