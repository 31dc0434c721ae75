import type { EventStore } from "@muster/event-store"
import type { OperationalState } from "@muster/operational-state"
import { metrics } from "@muster/platform"
import type { ReadModels } from "@muster/read-models"
import type { FastifyInstance } from "fastify"
import { isLocalCaller } from "#src/http/local-caller.ts"
import { ProblemError } from "#src/http/problem.ts"
import { READINESS_LAG_MAX_EVENTS, READINESS_TIMEOUT_MILLIS } from "#src/limits.ts"

export interface HealthOptions {
  readonly log: EventStore
  readonly reads: ReadModels
  readonly state: OperationalState
  readonly isBusUp: () => boolean
  /** `loopback`: only callers on this machine that come without a proxy may read the metrics. */
  readonly metricsAccess: "loopback" | "any"
}

interface Check {
  readonly ok: boolean
  readonly lagEvents?: number
}

const inTime = <T>(work: Promise<T>): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_, reject) =>
      setTimeout(reject, READINESS_TIMEOUT_MILLIS, new ProblemError("unavailable")).unref(),
    ),
  ])

/** A part that fails, for whatever reason, is not ready; the reason is in its own log lines. */
const check = (work: () => Promise<Check>): Promise<Check> => inTime(work()).catch((): Check => ({ ok: false }))

const lagOf = async ({ log, reads }: HealthOptions): Promise<Check> => {
  const position = await reads.position()
  const lagEvents = Math.max(0, Number(BigInt(await log.head()) - BigInt(position)))
  return { ok: lagEvents <= READINESS_LAG_MAX_EVENTS, lagEvents }
}

/** `/healthz`: the process runs. `/readyz`: it can serve. `/metrics`: for a Prometheus. */
export const registerHealth = (app: FastifyInstance, options: HealthOptions): void => {
  const { log, state, isBusUp, metricsAccess } = options
  app.get("/healthz", async (_request, reply) => {
    void reply.header("cache-control", "no-store")
    return { status: "ok" }
  })

  app.get("/readyz", async (_request, reply) => {
    const [logCheck, readModels, stateCheck] = await Promise.all([
      check(async () => {
        await log.head()
        return { ok: true }
      }),
      check(() => lagOf(options)),
      check(async () => {
        await state.ping()
        return { ok: true }
      }),
    ])
    const checks = { log: logCheck, readModels, operationalState: stateCheck, bus: { ok: isBusUp() } }
    const isReady = Object.values(checks).every(({ ok }) => ok)
    return reply
      .status(isReady ? 200 : 503)
      .header("cache-control", "no-store")
      .send({ status: isReady ? "ready" : "not-ready", checks })
  })

  app.get("/metrics", async (request, reply) => {
    if (metricsAccess === "loopback" && !isLocalCaller(request))
      throw new ProblemError("not-found", "There is no such path.")
    const { body, contentType } = await metrics.expose()
    return reply.header("content-type", contentType).send(body)
  })
}
