import { Server } from "@modelcontextprotocol/sdk/server/index.js"
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js"
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv-provider.js"
import type { FastifyInstance, FastifyRequest } from "fastify"
import { authenticateToken, bearerOf } from "#src/http/authenticate.ts"
import type { PersonSubject } from "#src/http/calls.ts"
import { requireSameOrigin } from "#src/http/origins.ts"
import { ProblemError } from "#src/http/problem.ts"
import { perMinute } from "#src/http/security.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { MCP_BODY_MAX_BYTES, MCP_CALLS_IN_FLIGHT_MAX, MCP_REQUESTS_PER_MINUTE_MAX } from "#src/limits.ts"
import { offerTools } from "#src/mcp/tools.ts"

/** Each server would make a validator of its own, which takes longer than all the rest. */
const serverOptions = { capabilities: { tools: {} }, jsonSchemaValidator: new AjvJsonSchemaValidator() }

export const MCP_PATH = "/mcp"

/**
 * Team tools for people's own MCP clients: streamable HTTP, each request by itself, answered as JSON. Only with a token of the API; a session
 * cookie is not looked at.
 */
export const registerMcp = (app: FastifyInstance, desk: Desk, version: string): void => {
  const admitted = new WeakMap<FastifyRequest, PersonSubject>()
  const inFlight = new Map<string, number>()

  const admit = async (request: FastifyRequest): Promise<void> => {
    requireSameOrigin(request.headers)
    const token = bearerOf(request.headers.authorization)
    if (token === undefined)
      throw new ProblemError("unauthenticated", "Send a token of the API: Authorization: Bearer <token>.")
    admitted.set(request, await authenticateToken(desk.state, token))
  }

  app.route({
    method: "POST",
    url: MCP_PATH,
    onRequest: [perMinute(app, MCP_REQUESTS_PER_MINUTE_MAX), admit],
    bodyLimit: MCP_BODY_MAX_BYTES,
    handler: async (request, reply) => {
      const subject = admitted.get(request)
      if (subject === undefined) throw new Error("invariant: the door was passed")
      const running = inFlight.get(subject.userId) ?? 0
      if (running >= MCP_CALLS_IN_FLIGHT_MAX)
        throw new ProblemError("too-many-requests", "Too many calls at the same time; wait for some to end.", {
          retryAfterSeconds: 1,
        })
      inFlight.set(subject.userId, running + 1)
      const left = new AbortController()
      const ended = new Promise<void>((resolve) => {
        const end = () => {
          left.abort()
          resolve()
        }
        if (reply.raw.destroyed) end()
        else reply.raw.once("close", end)
      })
      const server = new Server({ name: "muster", version }, serverOptions)
      const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true })
      try {
        offerTools(server, { desk, subject, signal: left.signal })
        await server.connect(transport)
        reply.hijack()
        for (const [name, value] of Object.entries({ ...reply.getHeaders(), "cache-control": "no-store" }))
          if (value !== undefined) reply.raw.setHeader(name, value)
        await transport.handleRequest(request.raw, reply.raw, request.body)
        await ended
      } finally {
        const others = (inFlight.get(subject.userId) ?? 1) - 1
        if (others === 0) inFlight.delete(subject.userId)
        else inFlight.set(subject.userId, others)
        await server.close()
      }
    },
  })
}
