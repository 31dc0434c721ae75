import helmet from "@fastify/helmet"
import rateLimit from "@fastify/rate-limit"
import type { FastifyInstance } from "fastify"
import { ProblemError } from "#src/http/problem.ts"

export interface SecurityOptions {
  readonly isKnownHost: (host: string | undefined) => boolean
  readonly isSecure: boolean
  readonly requestsPerMinute: number
}

/** Asked by probes under whatever name they know. */
const ANY_HOST = new Set(["/healthz", "/readyz"])

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
  await app.register(rateLimit, {
    max: requestsPerMinute,
    timeWindow: "1 minute",
    errorResponseBuilder: (_request, { ttl }) =>
      new ProblemError("too-many-requests", "Wait a little.", { retryAfterSeconds: Math.ceil(ttl / 1_000) }),
  })
  app.addHook("onRequest", async (request) => {
    if (!isKnownHost(request.headers.host) && !ANY_HOST.has(request.url))
      throw new ProblemError("unknown-host", "Set MUSTER_PUBLIC_URL to the address you use.")
  })
}
