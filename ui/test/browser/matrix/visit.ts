import type { Browser, Page } from "playwright-core"
import type { BuiltSite } from "../chromium.ts"
import type { Mood } from "../fake-answers.ts"
import type { FakeMuster } from "../fake-muster.ts"
import { isShown, violationsOf } from "./look.ts"
import { facesOf } from "./routes.ts"
import type { Visit } from "./routes.ts"

/** A bound against hanging. */
const PAGE_WAIT_MILLIS = 20_000
export const SCHEMES = ["light", "dark"] as const

export interface Judged {
  /** Pages in one look each that were judged. */
  readonly states: number
  /** Each with the page and the look it was found in. */
  readonly violations: ReadonlyArray<string>
}

/** What a visit does to a page that shows what it shall. */
export type Judge = (page: Page, state: string) => Promise<ReadonlyArray<string>>

export interface Place {
  readonly browser: Browser
  readonly site: BuiltSite
  readonly muster: FakeMuster
}

/** Pages say nothing on their console but what the network itself logs of requests that are refused on purpose. */
const listen = (page: Page, complaints: Array<string>): void => {
  page.on("pageerror", (error) => complaints.push(error.message))
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      complaints.push(message.text())
  })
}

/** Opens a page in each of its moods and faces, and has each judged. */
export async function visit(
  { browser, site, muster }: Place,
  each: Visit,
  judge: Judge,
  size = { width: 1360, height: 800 },
): Promise<ReadonlyArray<string>> {
  const found: Array<string> = []
  const at = async (path: string, mood: Mood): Promise<void> => {
    const context = await browser.newContext({ viewport: size, reducedMotion: "reduce", colorScheme: "light" })
    const page = await context.newPage()
    const complaints: Array<string> = []
    listen(page, complaints)
    page.setDefaultTimeout(PAGE_WAIT_MILLIS)
    muster.setMood(mood)
    const state = `${path.replace(muster.teamId, ":id")} (${mood})`
    try {
      await page.goto(site.url + path, { waitUntil: "commit" })
      await isShown(page, mood)
      found.push(...(await judge(page, state)), ...complaints.map((text) => `${state}: ${text}`))
    } catch (error) {
      // One page that never comes must not hide what is wrong with the others.
      if (!(error instanceof Error) || error.name !== "TimeoutError") throw error
      found.push(`${state}: is not shown: ${error.message.split("\n").slice(0, 4).join(" ")}`, ...complaints)
    } finally {
      muster.setMood("full")
      await context.close()
    }
  }
  for (const { path, mood } of facesOf(each, muster.teamId)) await at(path, mood)
  return found
}

/** Judges a page by axe in all its moods, light and dark. */
export async function judgeByAxe(place: Place, each: Visit): Promise<Judged> {
  let states = 0
  const violations = await visit(place, each, async (page, state) => {
    const found: Array<string> = []
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme })
      states += 1
      for (const violation of await violationsOf(page)) found.push(`${state}, ${colorScheme}: ${violation}`)
    }
    return found
  })
  return { states, violations }
}
