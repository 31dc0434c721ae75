import type { Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import { chromiumPath, serveBuilt } from "./chromium.ts"
import type { BuiltSite } from "./chromium.ts"
import { fakeMuster } from "./fake-muster.ts"
import { violationsOf } from "./matrix/look.ts"
import { SCHEMES } from "./matrix/visit.ts"
import { useBrowser } from "./use-browser.ts"

/** A bound against hanging. */
const WAIT_MILLIS = 20_000

describe.skipIf(chromiumPath === undefined)(
  "what needs the person, in a browser (needs Chromium: set CHROMIUM_PATH)",
  () => {
    const { newPage } = useBrowser()
    let site: BuiltSite
    beforeAll(async () => {
      site = await serveBuilt(inject("dist"), fakeMuster({ steps: 900 }))
    })
    afterAll(() => site?.close())

    const open = async (): Promise<Page> => {
      const page = await newPage()
      page.setDefaultTimeout(WAIT_MILLIS)
      await page.goto(`${site.url}/`)
      await page.locator("[data-need]").first().waitFor()
      return page
    }
    const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute("data-need") ?? "")

    it("is worked through by keys alone: to a row, into its form, out again, to the times to snooze for", async () => {
      const page = await open()
      await page.keyboard.press("j")
      expect(await focused(page)).toBe("approval:1")
      await page.keyboard.press("r")
      const row = page.locator("[data-need='approval:1']")
      await row.getByRole("region", { name: "Arguments" }).waitFor()
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("INPUT")
      // A letter is a letter again while one writes.
      await page.keyboard.type("keep it")
      expect(await row.getByLabel("Comment").inputValue()).toBe("keep it")
      await row.focus()
      await page.keyboard.press("k")
      await page.keyboard.press("h")
      await page.getByRole("menuitem", { name: "For an hour" }).waitFor()
      await page.keyboard.press("Escape")
      await page.getByRole("menuitem", { name: "For an hour" }).waitFor({ state: "detached" })
    })

    it("says how many wait in the tab, on its icon and in the rail", async () => {
      const page = await open()
      const rows = await page.locator("[data-need]").count()
      await page.waitForFunction((n) => document.title.startsWith(`(${n}) `), rows)
      expect(await page.locator("link[rel=icon]").getAttribute("href")).toMatch(/^data:image\/svg\+xml/u)
      expect(await page.getByRole("link", { name: /^Needs you/u }).textContent()).toContain(`${rows} waiting`)
      await page.keyboard.press("[")
      expect(await page.locator("[data-slot=dot]").textContent()).toBe(String(rows))
    })

    it("has no accessibility violation with a row open, light and dark, wide and narrow", async () => {
      const page = await open()
      for (const [id, button, width] of [
        ["approval:1", "Decide", 1360],
        ["question:1", "Answer", 390],
      ] as const) {
        await page.locator(`[data-need='${id}']`).getByRole("button", { name: button }).click()
        await page.setViewportSize({ width, height: 844 })
        for (const colorScheme of SCHEMES) {
          await page.emulateMedia({ colorScheme })
          expect([id, colorScheme, await violationsOf(page)]).toEqual([id, colorScheme, []])
        }
      }
    })
  },
)
