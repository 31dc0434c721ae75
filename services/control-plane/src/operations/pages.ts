import { existsSync } from "node:fs"
import { join } from "node:path"
import fastifyStatic from "@fastify/static"
import type { FastifyInstance, FastifyRequest } from "fastify"
import type { KnownRoute } from "#src/http/method-check.ts"
import { makeMiss } from "#src/http/method-check.ts"
import { sendProblem } from "#src/http/problem-answers.ts"

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Muster</title>
<h1>The dashboard is not built</h1>
<p>The API works; only its pages are missing. Build them with <code>npm run build</code> and start Muster again, or use
<code>npm start</code>, which does both. The API is described at <a href="/api/docs">/api/docs</a>.</p>
</html>
`

/** Paths that are never a page of the dashboard. */
const isPage = (request: FastifyRequest): boolean =>
  request.method === "GET" &&
  !/^\/(?:api|socket\.io|healthz|readyz|metrics|assets)(?:\/|\?|$)/u.test(request.url) &&
  (request.url === "/" || (request.headers.accept ?? "").includes("text/html"))

export interface PagesOptions {
  /** Where the built dashboard lies. */
  readonly uiDir: string
  readonly known: readonly KnownRoute[]
}

/** Serves the dashboard: its files as they are, every other page path as its index, and anything else as a problem. */
export const registerPages = async (app: FastifyInstance, { uiDir, known }: PagesOptions): Promise<void> => {
  const isBuilt = existsSync(join(uiDir, "index.html"))
  const missed = makeMiss(known)
  if (isBuilt)
    await app.register(fastifyStatic, {
      root: uiDir,
      wildcard: false,
      index: false,
      maxAge: "1y",
      immutable: true,
      setHeaders: (reply, path) => {
        // Only files under assets/ carry a hash in their names.
        if (!path.includes(`${join(uiDir, "assets")}/`)) void reply.header("cache-control", "no-cache")
      },
    })
  app.setNotFoundHandler((request, reply) => {
    if (!isPage(request)) return sendProblem(request, reply, missed(request))
    if (!isBuilt) return reply.status(503).header("content-type", "text/html; charset=utf-8").send(NOT_BUILT)
    return reply.header("cache-control", "no-cache").sendFile("index.html", { cacheControl: false })
  })
}
