import { readFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import type { Page } from "playwright-core"
import type { Stage } from "../stage.ts"
import { toTenths } from "./shown.ts"

const DIST = join(import.meta.dirname, "../../../../ui/dist")
const KILOBYTE_BYTES = 1024

const gzipKb = (file: string): number => gzipSync(readFileSync(join(DIST, file))).length / KILOBYTE_BYTES
const sum = (files: Iterable<string>): number => [...files].reduce((total, file) => total + gzipKb(file), 0)
const ending = (files: Iterable<string>, end: string): readonly string[] =>
  [...files].filter((file) => file.endsWith(end))

/** Every file of the build that a page asks for from the moment it is opened until it is still. */
const filesOf = async (page: Page, url: string, path: string): Promise<ReadonlySet<string>> => {
  const files = new Set<string>()
  page.on("request", (request) => {
    const { origin, pathname } = new URL(request.url())
    if (origin === url && /\.(?:js|css)$/u.test(pathname)) files.add(pathname)
  })
  await page.goto(url + path)
  await page.locator("h1").waitFor()
  await page.waitForLoadState("networkidle")
  return files
}

/** Addresses that load every page's chunk. The matrix of axe in ui/ is the one that must be complete. */
const pathsOf = (teamId: string): readonly string[] => {
  const views = ["live", "tasks", "schedules", "history", "replay", "settings"].map(
    (view) => `/teams/${teamId}/${view}`,
  )
  return ["/", "/teams", ...views, "/models", "/kit", "/nowhere"]
}

/** What the first page really loads, and the largest file that any page loads beyond it, by what the browser asks for. */
export const measureWeight = async (stage: Stage) => {
  const load = async (path: string): Promise<ReadonlySet<string>> => {
    // A profile of its own: nothing is in its cache.
    const { page, context } = await stage.openPage()
    try {
      return await filesOf(page, stage.url, path)
    } finally {
      await context.close()
    }
  }
  const first = await load("/")
  const initial = { js: ending(first, ".js"), css: ending(first, ".css") }
  let largestRouteChunkGzipKb = 0
  for (const path of pathsOf(stage.teamId)) {
    const own = ending(await load(path), ".js").filter((file) => !first.has(file))
    largestRouteChunkGzipKb = Math.max(largestRouteChunkGzipKb, ...own.map(gzipKb))
    stage.tell(`${path.replace(stage.teamId, ":id")} loads ${toTenths(sum(own))} kB of scripts beyond the first page's`)
  }
  return {
    initialJsGzipKb: toTenths(sum(initial.js)),
    initialCssGzipKb: toTenths(sum(initial.css)),
    largestRouteChunkGzipKb: toTenths(largestRouteChunkGzipKb),
  }
}
