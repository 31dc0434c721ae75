import type { Browser, BrowserContextOptions, Page } from "playwright-core"
import { afterAll, afterEach, beforeAll, inject } from "vitest"
import { DESK, launchChromium, serveBuilt } from "./chromium.ts"
import type { BuiltSite, CodeAnswers } from "./chromium.ts"
import { fakeMuster } from "./fake-muster.ts"
import type { FakeMuster } from "./fake-muster.ts"

export interface FreshSite {
  readonly muster: FakeMuster
  readonly site: BuiltSite
  readonly page: Page
}

export interface UsedBrowser {
  /** A page with a profile of its own: nothing is remembered in it. */
  readonly newPage: (options?: BrowserContextOptions) => Promise<Page>
  /** A stand-in product with this life, the dashboard before it, and a page. Nothing is opened yet. */
  readonly openFresh: (life: Parameters<typeof fakeMuster>[0], codes?: CodeAnswers) => Promise<FreshSite>
}

/**
 * One browser for the tests of a `describe`. What a test opens is closed behind it, and it fails when one of its pages reported an error.
 */
export function useBrowser(): UsedBrowser {
  let browser: Browser
  const sites: Array<BuiltSite> = []
  const complaints: Array<string> = []
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser?.close())
  afterEach(async () => {
    // The pages first: one that loses its server says so.
    await Promise.all(browser.contexts().map((context) => context.close()))
    await Promise.all(sites.splice(0).map((site) => site.close()))
    const told = complaints.splice(0)
    if (told.length > 0) throw new Error(`the page reported: ${told.join("; ")}`)
  })
  const newPage = async (options: BrowserContextOptions = {}) => {
    const context = await browser.newContext({ ...DESK, ...options })
    const page = await context.newPage()
    page.on("pageerror", (error) => complaints.push(error.message))
    return page
  }
  return {
    newPage,
    openFresh: async (life, codes) => {
      const muster = fakeMuster(life)
      const site = await serveBuilt(inject("dist"), muster, codes)
      sites.push(site)
      return { muster, site, page: await newPage() }
    },
  }
}
