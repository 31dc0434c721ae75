import { gzipSync } from "node:zlib"
import type { Response } from "playwright-core"
import type { Stage } from "../stage.ts"
import { toTenths } from "./shown.ts"

const KILOBYTE_BYTES = 1024

/** Kilobytes of each file, packed as it would travel, by its path. */
type Weights = ReadonlyMap<string, number>

const sum = (weights: Weights, end: string): number =>
  [...weights].reduce((total, [file, kb]) => (file.endsWith(end) ? total + kb : total), 0)

/** Addresses that load every page's chunk. The matrix of axe in ui/ is the one that must be complete. */
const pathsOf = (teamId: string): readonly string[] => {
  const views = ["live", "tasks", "results", "schedules", "history", "replay", "settings"]
  return ["/teams", "/teams/new", ...views.map((view) => `/teams/${teamId}/${view}`), "/models", "/me/keys", "/kit"]
}

/** Every script and style that a page loads from the moment it is opened until it is still, in a browser profile of its own. */
const weightsOf = async (stage: Stage, path: string): Promise<Weights> => {
  const { page, context } = await stage.openPage()
  try {
    const bodies: Promise<readonly [string, number]>[] = []
    const weigh = async (response: Response, pathname: string): Promise<readonly [string, number]> => [
      pathname,
      gzipSync(await response.body()).length / KILOBYTE_BYTES,
    ]
    page.on("response", (response) => {
      const { origin, pathname } = new URL(response.url())
      if (origin === stage.url && /\.(?:js|css)$/u.test(pathname)) bodies.push(weigh(response, pathname))
    })
    await page.goto(stage.url + path)
    await page.locator("h1").waitFor()
    await page.waitForLoadState("networkidle")
    return new Map(await Promise.all(bodies))
  } finally {
    await context.close()
  }
}

/** Files that the document itself links, with what they import: no page is drawn before them. Everything else belongs to pages. */
const linkedBy = async (stage: Stage): Promise<ReadonlySet<string>> => {
  const response = await fetch(stage.url, { headers: { accept: "text/html" } })
  const html = await response.text()
  const linked = [...html.matchAll(/(?:src|href)="(\/[^"]+\.(?:js|css))"/gu)].map(([, file = ""]) => file)
  if (!response.ok || linked.length === 0) throw new Error(`the document links nothing (status ${response.status})`)
  return new Set(linked)
}

const only = (weights: Weights, isMeant: (file: string) => boolean): Weights =>
  new Map([...weights].filter(([file]) => isMeant(file)))

/** What is loaded before any page, and the largest script that any page loads for itself, as the browser gets them. */
export const measureWeight = async (stage: Stage) => {
  const linked = await linkedBy(stage)
  const isLinked = (file: string): boolean => linked.has(file)
  const first = await weightsOf(stage, "/")
  const initial = only(first, isLinked)
  stage.tell(`the first page loads ${toTenths(sum(first, ".js"))} kB of scripts in all, its own chunks included`)
  let largestRouteChunkGzipKb = 0
  for (const path of ["/", ...pathsOf(stage.teamId)]) {
    const own = only(await weightsOf(stage, path), (file) => file.endsWith(".js") && !isLinked(file))
    largestRouteChunkGzipKb = Math.max(largestRouteChunkGzipKb, ...own.values())
    const name = path.replace(stage.teamId, ":id")
    stage.tell(`${name} loads ${toTenths(sum(own, ".js"))} kB of scripts in ${own.size} chunks of its own`)
  }
  return {
    initialJsGzipKb: toTenths(sum(initial, ".js")),
    initialCssGzipKb: toTenths(sum(initial, ".css")),
    largestRouteChunkGzipKb: toTenths(largestRouteChunkGzipKb),
  }
}
