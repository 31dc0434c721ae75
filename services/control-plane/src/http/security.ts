import helmet from "@fastify/helmet"
import rateLimit from "@fastify/rate-limit"
import type { FastifyInstance, FastifyRequest } from "fastify"
import { ProblemError } from "#src/http/problem.ts"

export interface SecurityOptions {
  readonly isKnownHost: (host: string | undefined) => boolean
  readonly isSecure: boolean
  readonly requestsPerMinute: number
}

const MINUTE_MILLIS = 60_000

/** Asked by probes under whatever name they know. */
const ANY_HOST = new Set(["/healthz", "/readyz"])

/** Probes and scrapes must not be turned away because others ask too much. */
const UNLIMITED = new Set([...ANY_HOST, "/metrics"])

/** Counts the requests of an address; fails with ProblemError `too-many-requests` past `max` in a minute. */
export const perMinute = (app: FastifyInstance, max: number) => {
  const count = app.createRateLimit({ max, timeWindow: MINUTE_MILLIS })
  return async (request: FastifyRequest): Promise<void> => {
    const counted = await count(request)
    if (!counted.isAllowed && counted.isExceeded)
      throw new ProblemError("too-many-requests", "Wait a little.", { retryAfterSeconds: counted.ttlInSeconds })
  }
}

/** Headers, Host names and rates: what holds for every answer. */
export const secure = async (
  app: FastifyInstance,
  { isKnownHost, isSecure, requestsPerMinute }: SecurityOptions,
): Promise<void> => {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "script-src-attr": ["'none'"],
        "style-src": ["'self'"],
        // Parts of the dashboard are placed by style attributes; style sheets come from files only.
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
      },
    },
    hsts: isSecure,
    referrerPolicy: { policy: "no-referrer" },
  })
  // One hook before all others: also requests that the door turns away, or that meet no route, are counted.
  await app.register(rateLimit, { global: false })
  const limit = perMinute(app, requestsPerMinute)
  app.addHook("onRequest", async (request) => {
    if (!UNLIMITED.has(request.url)) await limit(request)
  })
  app.addHook("onRequest", async (request) => {
    if (!isKnownHost(request.headers.host) && !ANY_HOST.has(request.url))
      throw new ProblemError("unknown-host", "Set MUSTER_PUBLIC_URL to the address you use.")
  })
}
