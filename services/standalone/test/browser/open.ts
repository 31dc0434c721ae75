import { mkdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { AxeBuilder } from "@axe-core/playwright"
import { findChromium } from "@muster/platform/local"
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core"
import { startMuster, type Muster } from "../harness/index.ts"

/** Where pictures are left for people to look at; git ignores it. */
const PICTURES = fileURLToPath(new URL("../../screenshots", import.meta.url))
export const VIEWPORT = { width: 1360, height: 800 } as const

const tool = await findChromium()
export const hasChromium = tool !== undefined

export const openBrowser = (): Promise<Browser> => chromium.launch({ executablePath: tool?.path ?? "" })

/** A person's browser: its own cookies. `faults` gathers all that its pages complain of. */
export interface Desk {
  readonly context: BrowserContext
  readonly page: Page
  readonly faults: readonly string[]
}

export const openDesk = async (browser: Browser): Promise<Desk> => {
  const context = await browser.newContext({ viewport: VIEWPORT, reducedMotion: "reduce" })
  const page = await context.newPage()
  const faults: string[] = []
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`))
  page.on("console", (message) => {
    // Refused requests are told below, with their address.
    const isRefusal = message.text().startsWith("Failed to load resource")
    if (message.type() === "error" && !isRefusal) faults.push(`console: ${message.text()}`)
  })
  page.on("response", (response) => {
    // Who asks "who am I" before signing in is told: nobody.
    const isStranger = response.status() === 401 && response.url().endsWith("/session")
    if (response.status() >= 400 && !isStranger) faults.push(`${response.status()} ${response.url()}`)
  })
  return { context, page, faults }
}

export interface Office {
  readonly muster: Muster
  readonly browser: Browser
  /** Of whoever came first. Nobody is signed in. */
  readonly desk: Desk
  readonly page: Page
  readonly close: () => Promise<void>
}

/** The product as people get it, and a browser before it. Waits of the first page fail after `waitMillis`. */
export const openOffice = async (waitMillis: number): Promise<Office> => {
  const muster = await startMuster({ isBundled: true })
  try {
    const browser = await openBrowser()
    const desk = await openDesk(browser)
    desk.page.setDefaultTimeout(waitMillis)
    const close = async () => {
      await browser.close()
      await muster.stop()
    }
    return { muster, browser, desk, page: desk.page, close }
  } catch (error) {
    await muster.stop()
    throw error
  }
}

/** The setup link as the product prints it. */
export const printedLink = (muster: Muster): string => {
  const line = muster.lines().find((text) => text.includes("#code=")) ?? ""
  return /https?:\/\/\S+/.exec(line)?.[0] ?? ""
}

export const picture = async (page: Page, name: string): Promise<void> => {
  mkdirSync(PICTURES, { recursive: true })
  await page.screenshot({ path: `${PICTURES}/${name}.png` })
}

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

/** Violations of the rules for accessibility on what is shown: rule and places. */
export const violations = async (page: Page): Promise<readonly string[]> => {
  // Away from everything that shows a tooltip.
  await page.mouse.move(VIEWPORT.width / 2, VIEWPORT.height - 1)
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze()
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`)
}
