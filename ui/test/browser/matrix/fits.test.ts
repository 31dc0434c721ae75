import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import type { Page } from "playwright-core"
import { chromiumPath } from "../chromium.ts"
import { openPlace } from "./place.ts"
import type { OpenPlace } from "./place.ts"
import { VISITS } from "./routes.ts"
import { visit } from "./visit.ts"

/** The narrowest page of WCAG 1.4.10, a telephone, and a window of 1280 pixels at 200 %, which has 640 of the page's own. */
const SIZES = [
  { name: "320 pixels wide", width: 320, height: 640 },
  { name: "390 pixels wide", width: 390, height: 844 },
  { name: "1280 pixels wide at 200 %", width: 640, height: 400 },
] as const

/** What sticks out of the window, if the page can be scrolled sideways. */
const sticksOut = (page: Page): Promise<ReadonlyArray<string>> =>
  page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement
    if (scrollWidth <= clientWidth) return []
    return [...document.querySelectorAll("body *")]
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 1)
      .slice(0, 3)
      .map((element) => element.outerHTML.slice(0, 120))
  })

describe.skipIf(chromiumPath === undefined)("pages fit (needs Chromium: set CHROMIUM_PATH)", () => {
  let place: OpenPlace
  beforeAll(async () => {
    place = await openPlace(inject("dist"))
  })
  afterAll(() => place?.close())

  it.each(VISITS)("$pattern never scrolls sideways, at 320 pixels or at 200 %", async (each) => {
    const found = await visit(place, { ...each, moods: ["full"] }, async (page, state) => {
      const out: Array<string> = []
      for (const { name, width, height } of SIZES) {
        await page.setViewportSize({ width, height })
        await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => resolve(undefined))))
        for (const element of await sticksOut(page)) out.push(`${state}, ${name}: ${element}`)
      }
      return out
    })
    expect(found).toEqual([])
  })

  it("sees an element that sticks out, so that this check can fail", async () => {
    const [kit] = VISITS.filter(({ pattern }) => pattern === "/kit")
    if (kit === undefined) throw new TypeError("the kit is a page")
    const found = await visit(place, kit, async (page) => {
      await page.evaluate(() => {
        const wide = document.createElement("div")
        // The policy forbids styles in the markup; the object model is open.
        wide.style.width = "2000px"
        wide.textContent = "wide"
        document.documentElement.append(wide)
      })
      return page.evaluate(() => [String(document.documentElement.scrollWidth)])
    })
    expect(Number(found[0])).toBeGreaterThan(1_360)
  })
})
