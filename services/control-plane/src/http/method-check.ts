import type { FastifyRequest } from "fastify"
import { ProblemError } from "#src/http/problem.ts"

/** A registered route, as the check for unsupported methods wants it. */
export interface KnownRoute {
  readonly method: string
  readonly url: string
}

const patternOf = (url: string): RegExp =>
  new RegExp(`^${url.replaceAll(/[.*+?^${}()|[\]\\]/gu, "\\$&").replaceAll(/:[a-z0-9]+/giu, "[^/]+")}/?$`, "u")

/** Says what is wrong with a request that met no route: the path has no such method, or there is no such path. */
export const makeMiss = (known: readonly KnownRoute[]) => {
  const routes = known.map(({ method, url }) => ({ method, pattern: patternOf(url) }))
  return (request: FastifyRequest): ProblemError => {
    const path = request.url.split("?", 1)[0] ?? "/"
    const allow = [...new Set(routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))]
    return allow.length > 0
      ? new ProblemError("method-not-allowed", `Use ${allow.join(" or ")}.`, { allow })
      : new ProblemError("not-found", "There is no such path.")
  }
}
