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

/** What the first page really loads, and the largest file that any page loads beyond it, as the browser gets them. */
export const measureWeight = async (stage: Stage) => {
  const first = await weightsOf(stage, "/")
  let largestRouteChunkGzipKb = 0
  for (const path of pathsOf(stage.teamId)) {
    const all = await weightsOf(stage, path)
    const own = new Map([...all].filter(([file]) => file.endsWith(".js") && !first.has(file)))
    largestRouteChunkGzipKb = Math.max(largestRouteChunkGzipKb, ...own.values())
    const name = path.replace(stage.teamId, ":id")
    stage.tell(`${name} loads ${toTenths(sum(own, ".js"))} kB of scripts in ${own.size} files beyond the first page's`)
  }
  return {
    initialJsGzipKb: toTenths(sum(first, ".js")),
    initialCssGzipKb: toTenths(sum(first, ".css")),
    largestRouteChunkGzipKb: toTenths(largestRouteChunkGzipKb),
  }
}
