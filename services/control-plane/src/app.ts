import swagger from "@fastify/swagger"
import swaggerUi from "@fastify/swagger-ui"
import { API_PREFIX, BODY_MAX_BYTES, routes } from "@muster/contracts"
import { metrics } from "@muster/platform"
import Fastify, { type FastifyInstance } from "fastify"
import { v7 } from "uuid"
import { AGENT_PREFIX, registerAgentRoutes } from "#src/agent/routes.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { makeHandlers } from "#src/handlers/index.ts"
import { makeAuthorize } from "#src/http/authorize.ts"
import { makeHostCheck } from "#src/http/origins.ts"
import { toProblem } from "#src/http/faults.ts"
import { packAnswers } from "#src/http/packing.ts"
import { answerProblems, sendProblem } from "#src/http/problem-answers.ts"
import { registerRoutes } from "#src/http/register.ts"
import { secure } from "#src/http/security.ts"
import {
  CONNECTION_TIMEOUT_MILLIS,
  DRAIN_MILLIS,
  KEEP_ALIVE_TIMEOUT_MILLIS,
  REQUESTS_PER_MINUTE_MAX,
} from "#src/limits.ts"
import { type LiveFeed, startLiveFeed } from "#src/live/server.ts"
import { MCP_PATH, registerMcp } from "#src/mcp/routes.ts"
import { registerHealth } from "#src/operations/health.ts"
import { openApi } from "#src/operations/openapi.ts"
import { registerPages } from "#src/operations/pages.ts"

export interface AppOptions {
  readonly desk: Omit<Desk, "endLive" | "tellOutput">
  readonly generation: string
  readonly isBusUp: () => boolean
  readonly version: string
  readonly uiDir: string
  /** Where people reach us. Known host names and Secure cookies follow from it. */
  readonly publicUrl: string
  readonly metricsAccess: "loopback" | "any"
  /** Addresses of proxies whose X-Forwarded-For is believed. */
  readonly trustProxy: readonly string[]
  readonly requestsPerMinute?: number
  readonly heartbeatMillis?: number
  readonly bufferMaxBytes?: number
}

const requests = metrics.histogram({
  name: "muster_http_request_seconds",
  help: "Time to answer HTTP requests",
  labelNames: ["method", "route", "status"],
  buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
})

const observeRequests = (app: FastifyInstance, { logger }: Pick<Desk, "logger">): void => {
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "none"
    const seconds = reply.elapsedTime / 1_000
    requests.observe({ method: request.method, route, status: String(reply.statusCode) }, seconds)
    const millis = Math.round(reply.elapsedTime)
    logger.debug({ requestId: request.id, method: request.method, route, status: reply.statusCode, millis }, "answered")
  })
}

const registerDocs = async (app: FastifyInstance, version: string): Promise<void> => {
  const document = openApi(version)
  app.get("/api/openapi.json", async (_request, reply) =>
    reply.header("content-type", "application/json; charset=utf-8").send(JSON.stringify(document)),
  )
  await app.register(swagger, { mode: "static", specification: { document: document as never } })
  await app.register(swaggerUi, { routePrefix: "/api/docs", staticCSP: true })
}

const AGENT_ROUTES = [
  { method: "POST", url: `${AGENT_PREFIX}/bootstrap` },
  { method: "POST", url: `${AGENT_PREFIX}/tasks/:task/assignments/:assignment/output` },
  { method: "PUT", url: `${AGENT_PREFIX}/blobs/:sha256` },
  { method: "POST", url: `${AGENT_PREFIX}/tasks/:task/assignments/:assignment/tools/:tool` },
  { method: "POST", url: MCP_PATH },
  { method: "GET", url: `${AGENT_PREFIX}/model` },
  { method: "GET", url: `${AGENT_PREFIX}/tasks/:task/assignments/:assignment/attachments/:sha256` },
]

/** The HTTP server with all its routes, not listening yet. Closing it says good-bye to viewers and drains requests. */
export const buildApp = async (options: AppOptions): Promise<FastifyInstance> => {
  const { publicUrl, generation, version, uiDir } = options
  const { logger, state, reads, log, places, agentUrl } = options.desk
  const isSecure = publicUrl.startsWith("https:")
  const app = Fastify({
    logger: false,
    bodyLimit: BODY_MAX_BYTES,
    genReqId: () => v7(),
    requestIdHeader: false,
    trustProxy: options.trustProxy.length === 0 ? false : [...options.trustProxy],
    forceCloseConnections: "idle",
    connectionTimeout: CONNECTION_TIMEOUT_MILLIS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MILLIS,
    routerOptions: { ignoreTrailingSlash: true },
    // Faults of the address itself, found before any route.
    frameworkErrors: (error, request, reply) => void sendProblem(request, reply, toProblem(error)),
  })
  app.removeContentTypeParser("text/plain")
  app.addHook("onRequest", async (request, reply) => void reply.header("muster-request-id", request.id))
  answerProblems(app, logger)
  observeRequests(app, { logger })
  const isKnownHost = makeHostCheck([publicUrl, agentUrl()])
  await secure(app, {
    isKnownHost,
    isSecure,
    requestsPerMinute: options.requestsPerMinute ?? REQUESTS_PER_MINUTE_MAX,
  })

  await packAnswers(app)

  const authorize = makeAuthorize(places)
  const { heartbeatMillis, bufferMaxBytes } = options
  const live: LiveFeed = startLiveFeed({
    server: app.server,
    log,
    reads,
    state,
    authorize,
    logger,
    generation,
    isKnownHost,
    ...(heartbeatMillis === undefined ? {} : { heartbeatMillis }),
    ...(bufferMaxBytes === undefined ? {} : { bufferMaxBytes }),
  })
  const desk: Desk = { ...options.desk, endLive: live.endSession, tellOutput: live.tellOutput }
  let isClosing = false
  app.addHook("onSend", async (_request, reply) => {
    // Otherwise the client would keep the connection, and we would wait for it.
    if (isClosing) void reply.header("connection", "close")
  })
  app.addHook("preClose", async () => {
    isClosing = true
    await live.close()
    // Requests in flight may end; whoever takes longer is cut off.
    setTimeout(() => app.server.closeAllConnections(), DRAIN_MILLIS).unref()
  })

  await registerRoutes(app, { handlers: makeHandlers(desk), authorize, state, reads, isSecure })
  await registerAgentRoutes(app, desk)
  registerMcp(app, desk, version)
  registerHealth(app, { log, reads, state, isBusUp: options.isBusUp, metricsAccess: options.metricsAccess })
  await registerDocs(app, version)
  const known = Object.values(routes).map(({ method, path }) => ({ method, url: API_PREFIX + path }))
  await registerPages(app, { uiDir, known: [...known, ...AGENT_ROUTES] })
  return app
}
