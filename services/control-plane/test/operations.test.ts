import { mkdirSync, writeFileSync } from "node:fs"
import { request } from "node:http"
import { join } from "node:path"
import { API_PREFIX, type Route, routes } from "@muster/contracts"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Edge, startEdge } from "./support/edge.ts"
import { addMember, dispatch, type House, newTeam, openHouse } from "./support/house.ts"

let house: House
let withUi: Edge
beforeAll(async () => {
  house = await openHouse()
  const uiDir = join(house.floor.dir, "ui")
  mkdirSync(join(uiDir, "assets"), { recursive: true })
  writeFileSync(join(uiDir, "index.html"), "<!doctype html><title>Muster</title><div id=root></div>")
  writeFileSync(join(uiDir, "theme.js"), "document.title")
  writeFileSync(join(uiDir, "assets", "index-abc123.js"), "export {}")
  writeFileSync(join(house.floor.dir, "secret.txt"), "hidden")
  withUi = await startEdge(house.floor, { uiDir })
})
afterAll(async () => {
  await withUi.close()
  await house.close()
})

const get = async (edge: Edge, path: string, accept = "text/html") => {
  const response = await fetch(edge.url + path, { headers: { accept } })
  return { status: response.status, headers: response.headers, text: await response.text() }
}
/** Without the tidying of addresses that clients do. */
const rawGet = (edge: Edge, path: string) =>
  new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    request({ host: "127.0.0.1", port: edge.port, path, headers: { accept: "text/html" } }, (response) => {
      let text = ""
      response.on("data", (chunk: Buffer) => (text += chunk.toString()))
      response.on("end", () => resolve({ status: response.statusCode, text }))
    })
      .on("error", reject)
      .end()
  })

describe("the dashboard", () => {
  test("is served on every page path, fresh each time", async () => {
    for (const path of ["/", "/signin", "/teams/x/live", "/nowhere?x=1"]) {
      const page = await get(withUi, path)
      expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"])
      expect(page.text).toContain("<title>Muster</title>")
      expect(page.headers.get("cache-control")).toBe("no-cache")
      expect(page.headers.get("content-security-policy")).toContain("script-src 'self';")
    }
  })

  test("has files with hashed names that are kept for ever, and others that are asked for again", async () => {
    expect((await get(withUi, "/assets/index-abc123.js", "*/*")).headers.get("cache-control")).toBe(
      "public, max-age=31536000, immutable",
    )
    expect((await get(withUi, "/theme.js", "*/*")).headers.get("cache-control")).toBe("no-cache")
  })

  test("is never the answer for a missing file or an unknown path of the API", async () => {
    for (const path of ["/assets/gone.js", "/api/v1/nowhere", "/api", "/metrics/x"]) {
      const answer = await get(withUi, path)
      expect([path, answer.status]).toEqual([path, 404])
      expect(answer.text).not.toContain("<title>")
    }
    expect((await get(withUi, "/nowhere.png", "image/*")).status).toBe(404)
  })

  test("gives nothing of the folders around it", async () => {
    for (const path of [
      "/../secret.txt",
      "/%2e%2e/secret.txt",
      "/assets/..%2f..%2f..%2fsecret.txt",
      "/..%5csecret.txt",
    ]) {
      const answer = await rawGet(withUi, path)
      expect(answer.text).not.toContain("hidden")
    }
  })

  test("that is not built says so, and how to build it", async () => {
    const page = await get(house.edge, "/")
    expect(page.status).toBe(503)
    expect(page.text).toContain("npm run build")
  })
})

describe("the description of the API", () => {
  interface Document {
    readonly openapi: string
    readonly paths: Record<string, Record<string, Record<string, unknown>>>
    readonly components: { readonly schemas: Record<string, unknown> }
  }
  const read = async () => JSON.parse((await get(house.edge, "/api/openapi.json", "*/*")).text) as Document

  test("has every route with its parameters, body and answers", async () => {
    const document = await read()
    expect(document.openapi).toBe("3.1.0")
    for (const [name, route] of Object.entries(routes) as [string, Route][]) {
      const path = (API_PREFIX + route.path).replaceAll(/:([a-z0-9]+)/gu, "{$1}")
      const operation = document.paths[path]?.[route.method.toLowerCase()]
      expect(operation).toMatchObject({ operationId: name, summary: route.summary })
      expect(Object.keys(operation?.["responses"] as object)).toContain(String(route.status))
      expect(operation?.["requestBody"] === undefined).toBe((route.body ?? route.bodyMaxBytes) === undefined)
      const inPath = ((operation?.["parameters"] ?? []) as { name: string; in: string }[]).filter(
        (p) => p.in === "path",
      )
      expect(inPath.map((p) => `:${p.name}`).every((p) => route.path.includes(p))).toBe(true)
      expect(inPath).toHaveLength((route.path.match(/:/gu) ?? []).length)
    }
  })

  test("names its schemas, and every reference leads somewhere", async () => {
    const document = await read()
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining(["Task", "Team", "Member", "Problem", "DispatchRequest", "Accepted"]),
    )
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/gu)].map(([, target]) => target ?? "")
    expect(references.length).toBeGreaterThan(0)
    for (const target of references) {
      expect(target.startsWith("#/components/schemas/")).toBe(true)
      expect(document.components.schemas).toHaveProperty([target.slice("#/components/schemas/".length)])
    }
  })

  test("can be browsed", async () => {
    const page = await get(house.edge, "/api/docs")
    expect(page.status).toBe(200)
    expect(page.text.toLowerCase()).toContain("swagger")
  })
})

describe("health", () => {
  test("says that the process runs, and that it can serve", async () => {
    expect(JSON.parse((await get(house.edge, "/healthz", "*/*")).text)).toEqual({ status: "ok" })
    await house.floor.reads.waitFor(await house.floor.log.head(), 5_000)
    const ready = await get(house.edge, "/readyz", "*/*")
    expect([ready.status, JSON.parse(ready.text)]).toEqual([
      200,
      {
        status: "ready",
        checks: {
          log: { ok: true },
          readModels: { ok: true, lagEvents: 0 },
          operationalState: { ok: true },
          bus: { ok: true },
        },
      },
    ])
  })

  test("says which part is missing when the bus is away, and is well again when it is back", async () => {
    const readiness = async () => {
      const answer = await get(house.edge, "/readyz", "*/*")
      return { status: answer.status, bus: (JSON.parse(answer.text) as { checks: { bus: object } }).checks.bus }
    }
    const changed = (to: "onLost" | "onBack") => new Promise<void>((resolve) => house.floor.bus[to](resolve))
    const lost = changed("onLost")
    await house.floor.redis.kill9()
    await lost
    expect(await readiness()).toEqual({ status: 503, bus: { ok: false } })
    const team = await newTeam(house)
    await dispatch(house, team, await addMember(house, team, "lea"))
    const back = changed("onBack")
    await house.floor.redis.restart()
    await back
    expect(await readiness()).toEqual({ status: 200, bus: { ok: true } })
  })
})

describe("metrics", () => {
  test("count what was answered by route, never by id", async () => {
    const team = await newTeam(house)
    const { text, headers } = await get(house.edge, "/metrics", "*/*")
    expect(headers.get("content-type")).toContain("text/plain")
    expect(text).toMatch(
      /muster_http_request_seconds_count\{method="POST",route="\/api\/v1\/teams",status="201"\} \d+/u,
    )
    expect(text).not.toContain(team.slice("/teams/".length))
  })

  test("are not for callers that come through a proxy", async () => {
    const response = await fetch(`${house.edge.url}/metrics`, { headers: { "x-forwarded-for": "203.0.113.9" } })
    expect(response.status).toBe(404)
    const open = await startEdge(house.floor, { metricsAccess: "any" })
    const through = await fetch(`${open.url}/metrics`, { headers: { "x-forwarded-for": "203.0.113.9" } })
    expect(through.status).toBe(200)
    await open.close()
  })
})

test("a stop lets requests in flight end and takes no new ones", async () => {
  const edge = await startEdge(house.floor)
  house.floor.projecting.hold()
  const { position } = await house.post("/teams", { name: "Late" })
  const waiting = fetch(`${edge.url}${API_PREFIX}/teams?atLeast=${position}`, { headers: { cookie: house.owner } })
  const session = () => fetch(`${edge.url}${API_PREFIX}/session`)
  await session()
  const closed = edge.close()
  house.floor.projecting.go()
  expect((await waiting).status).toBe(200)
  await closed
  await expect(session()).rejects.toThrow("fetch failed")
})

test("a port that is taken fails the start with words a person can act on", async () => {
  await expect(startEdge(house.floor, { port: house.edge.port })).rejects.toThrow(/EADDRINUSE|in use/u)
})
