import { Readable } from "node:stream"
import { API_PREFIX, AT_LEAST_MAX_WAIT_MILLIS, IDEMPOTENCY_KEY_HEADER, type Route, routes } from "@muster/contracts"
import type { Actor, Position } from "@muster/domain"
import type { OperationalState } from "@muster/operational-state"
import type { ReadModels } from "@muster/read-models"
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify"
import { commandIdOf, keyOf, requestHashOf } from "#src/commands/keys.ts"
import type { CommandContext } from "#src/commands/execute.ts"
import { authenticate, authenticateToken, bearerOf } from "#src/http/authenticate.ts"
import type { Authorize, Named } from "#src/http/authorize.ts"
import {
  type AnyHandler,
  type Call,
  type Handlers,
  JsonText,
  type PersonSubject,
  type RawReply,
} from "#src/http/calls.ts"
import { decoder } from "#src/http/decode.ts"
import { requireSameOrigin } from "#src/http/origins.ts"
import { ProblemError } from "#src/http/problem.ts"
import { perMinute } from "#src/http/security.ts"
import { sessionCookie, sessionIdOf } from "#src/http/session-cookie.ts"
import { SIGN_INS_PER_MINUTE_MAX } from "#src/limits.ts"

export interface RegisterOptions {
  readonly handlers: Handlers
  readonly authorize: Authorize
  readonly state: OperationalState
  readonly reads: ReadModels
  /** Cookies are marked Secure. */
  readonly isSecure: boolean
}

/** What the door found out about a request before its body was read. */
interface Admitted {
  readonly subject: PersonSubject | undefined
  readonly params: unknown
}

const isUnsafe = (method: string) => method !== "GET"

const OCTETS = "application/octet-stream"

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/u

const actorOf = (subject: PersonSubject, request: FastifyRequest): Actor => ({
  kind: "person",
  id: subject.userId,
  via: request.headers["sec-fetch-site"] === undefined && request.headers.origin === undefined ? "api" : "web",
})

const contextOf = (
  name: string,
  subject: PersonSubject,
  request: FastifyRequest,
  { params, body }: { readonly params: unknown; readonly body: unknown },
): CommandContext => {
  const { team } = (params ?? {}) as Named
  const { traceparent } = request.headers
  return {
    commandId: commandIdOf(subject.orgId, subject.userId, keyOf(request.headers[IDEMPOTENCY_KEY_HEADER])),
    requestHash: requestHashOf({ route: name, params, body }),
    orgId: subject.orgId,
    actor: actorOf(subject, request),
    ...(team === undefined ? {} : { teamId: team }),
    ...(typeof traceparent === "string" && TRACEPARENT.test(traceparent) ? { traceparent } : {}),
  }
}

/** `?atLeast=`: waits until the read models have got there. Fails with ProblemError `read-model-behind`. */
const awaitPosition = async (reads: ReadModels, query: unknown): Promise<void> => {
  const { atLeast } = (query ?? {}) as { readonly atLeast?: Position }
  if (atLeast !== undefined && !(await reads.waitFor(atLeast, AT_LEAST_MAX_WAIT_MILLIS)))
    throw new ProblemError("read-model-behind", `They are not at ${atLeast} yet.`, { retryAfterSeconds: 1 })
}

/** The body as it comes in. What says at once that it is too large is not read. Fails with ProblemError `too-large`. */
const bytesOf = (request: FastifyRequest, maxBytes: number): Readable => {
  const announced = Number(request.headers["content-length"] ?? 0)
  if (announced > maxBytes) throw new ProblemError("too-large", `It has at most ${maxBytes} bytes.`)
  return request.body instanceof Readable ? request.body : Readable.from([])
}

const registerRoute = (
  app: FastifyInstance,
  name: string,
  route: Route,
  handler: AnyHandler,
  { authorize, state, reads, isSecure }: RegisterOptions,
): void => {
  const decodeParams = route.params && decoder(route.params, { root: "/params", problem: "not-found" })
  const decodeQuery = route.query && decoder(route.query, { root: "/query", problem: "validation" })
  const decodeBody = route.body && decoder(route.body, { root: "", problem: "validation" })
  const admitted = new WeakMap<FastifyRequest, Admitted>()

  const admit = async (request: FastifyRequest): Promise<void> => {
    if (isUnsafe(route.method)) requireSameOrigin(request.headers)
    if (route.action === "public") {
      admitted.set(request, { subject: undefined, params: undefined })
      return
    }
    const token = bearerOf(request.headers.authorization)
    const subject =
      token === undefined
        ? await authenticate(state, sessionIdOf(request.headers.cookie))
        : await authenticateToken(state, token)
    const params = decodeParams?.(request.params)
    await authorize(subject, route.action, params ?? {})
    admitted.set(request, { subject, params })
  }

  const callOf = (request: FastifyRequest, reply: FastifyReply): Call<Route> => {
    const { subject, params } = admitted.get(request) ?? { subject: undefined, params: undefined }
    const query = decodeQuery?.(request.query)
    const bytes = route.bodyMaxBytes === undefined ? undefined : bytesOf(request, route.bodyMaxBytes)
    const body = decodeBody?.(request.body ?? {})
    return {
      params,
      query,
      body,
      bytes,
      subject,
      context: subject && contextOf(name, subject, request, { params, body }),
      // A token is nobody's session: it cannot end one, nor make more tokens.
      sessionId: request.headers.authorization === undefined ? sessionIdOf(request.headers.cookie) : undefined,
      source: request.ip,
      setSession: (session) => void reply.header("set-cookie", sessionCookie(session, isSecure)),
    } as Call<Route>
  }

  app.route({
    method: route.method,
    url: API_PREFIX + route.path,
    onRequest: name === "exchangeCode" ? [perMinute(app, SIGN_INS_PER_MINUTE_MAX), admit] : admit,
    handler: async (request, reply) => {
      const call = callOf(request, reply)
      await awaitPosition(reads, call.query)
      const answer = await handler(call)
      void reply.status(route.status).header("cache-control", "no-store")
      if (route.reply !== undefined)
        return reply
          .header("content-type", "application/json; charset=utf-8")
          .send(answer instanceof JsonText ? answer.text : JSON.stringify(answer))
      const { headers, body } = answer as RawReply
      return reply.headers(headers).send(body instanceof Uint8Array ? Buffer.from(body) : body)
    },
  })
}

/** Registers every route of the contract, each behind the same door. */
export const registerRoutes = async (app: FastifyInstance, options: RegisterOptions): Promise<void> => {
  const table = Object.entries(routes) as [keyof Handlers, Route][]
  const register = (to: FastifyInstance, takesBytes: boolean): void => {
    for (const [name, route] of table)
      if ((route.bodyMaxBytes !== undefined) === takesBytes)
        registerRoute(to, name, route, options.handlers[name], options)
  }
  register(app, false)
  await app.register(async (bytesApp) => {
    // The body is left alone: it flows to whoever handles it.
    bytesApp.removeAllContentTypeParsers()
    bytesApp.addContentTypeParser(OCTETS, (_request, payload, done) => done(null, payload))
    register(bytesApp, true)
  })
}
