/**
 * Takes pictures of the built dashboard in both themes, for people to look at.
 * usage: node ui/scripts/screenshots.ts <folder> [path …]
 */
import { mkdtemp, mkdir, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { chromium } from "playwright-core"
import { build } from "vite"
import { chromiumPath, serveBuilt } from "../test/browser/chromium.ts"
import { fakeMuster } from "../test/browser/fake-muster.ts"

const [folder, ...given] = process.argv.slice(2)
if (folder === undefined || chromiumPath === undefined) {
  process.stderr.write("usage: node ui/scripts/screenshots.ts <folder> [path …]   (needs a Chromium)\n")
  process.exit(2)
}
const muster = fakeMuster({ steps: 900 })
const views = ["live", "tasks", "history", "replay", "settings"].map((view) => `/teams/${muster.teamId}/${view}`)
const paths = given.length === 0 ? ["/kit", "/", "/teams", ...views, "/signin"] : given
const SIZE = { width: 1360, height: 800 }

const dist = await mkdtemp(join(tmpdir(), "muster-ui-"))
await mkdir(folder, { recursive: true })
await build({
  root: fileURLToPath(new URL("..", import.meta.url)),
  logLevel: "warn",
  build: { outDir: dist, emptyOutDir: true },
})
const site = await serveBuilt(dist, muster)
const browser = await chromium.launch({ executablePath: chromiumPath })
for (const colorScheme of ["light", "dark"] as const) {
  const context = await browser.newContext({ colorScheme, viewport: SIZE, reducedMotion: "reduce" })
  const page = await context.newPage()
  for (const path of paths) {
    await page.goto(site.url + path, { waitUntil: "load" })
    await page.locator("h1").waitFor()
    if (path !== "/kit") await page.waitForFunction(() => document.querySelector("[data-component=skeleton]") === null)
    await page.evaluate(() => document.fonts.ready)
    const name = path.replaceAll(/[^a-z0-9]+/gi, "-").replace(/^-/, "")
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) })
    // The body of a page scrolls inside itself, so a long page is one tall window.
    const height = await page.evaluate(() => document.querySelector("[data-slot=body] > *")?.scrollHeight ?? 0)
    if (height > SIZE.height) {
      await page.setViewportSize({ width: SIZE.width, height: height + 60 })
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}-whole.png`) })
      await page.setViewportSize(SIZE)
    }
  }
  await context.close()
}
await browser.close()
await site.close()
await rm(dist, { recursive: true })
