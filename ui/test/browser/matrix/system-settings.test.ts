import type { Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import { chromiumPath } from "../chromium.ts"
import { openPlace } from "./place.ts"
import type { OpenPlace } from "./place.ts"
import { VISITS } from "./routes.ts"
import { movingIn, unseenIn } from "./system.ts"
import { SCHEMES, visit } from "./visit.ts"

/** Enough to come past the rail and the head of every page. */
const TAB_STOPS = 16

const FULL = VISITS.map((each) => ({ ...each, moods: ["full"] as const }))
const kit = FULL.find(({ pattern }) => pattern === "/kit")

/** What opens over a page, as the kit has it. */
const OPENINGS: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  "the palette": async (page) => {
    await page.keyboard.press("Control+k")
    await page.getByRole("option").first().waitFor()
  },
  "a menu": async (page) => {
    await page.getByRole("button", { name: "More", exact: true }).click()
    await page.getByRole("menu").waitFor()
    await page.keyboard.press("ArrowDown")
  },
  "a select": async (page) => {
    await page.getByRole("button", { name: /Priority/ }).click()
    await page.getByRole("listbox").waitFor()
  },
  "a sheet": async (page) => {
    await page.getByRole("button", { name: "Open sheet" }).click()
    await page.getByRole("dialog").waitFor()
  },
  "a toast": async (page) => {
    await page.getByRole("button", { name: "Show failure" }).click()
    await page.getByRole("status").last().waitFor()
  },
}

describe.skipIf(chromiumPath === undefined)("the settings of the system (needs Chromium: set CHROMIUM_PATH)", () => {
  let place: OpenPlace
  beforeAll(async () => {
    place = await openPlace(inject("dist"))
  })
  afterAll(() => place?.close())

  const onKit = (judge: (page: Page) => Promise<ReadonlyArray<string>>) => {
    if (kit === undefined) throw new TypeError("the kit is a page")
    return visit(place, kit, judge)
  }

  it.each(FULL)(
    "$pattern shows edges, marks, what is chosen and the focus in the colours of the system, and keeps still where less motion is wanted",
    (each) =>
      expect(
        visit(place, each, async (page, state) =>
          [...(await movingIn(page)), ...(await unseenIn(page, TAB_STOPS))].map((line) => `${state}: ${line}`),
        ),
      ).resolves.toEqual([]),
  )

  it.each(Object.keys(OPENINGS))(
    "%s is seen in the colours of the system, on white and on black, and keeps still",
    (name) =>
      expect(
        onKit(async (page) => {
          const found: Array<string> = []
          await OPENINGS[name]?.(page)
          for (const colorScheme of SCHEMES) {
            // eslint-disable-next-line no-await-in-loop
            await page.emulateMedia({ colorScheme })
            // eslint-disable-next-line no-await-in-loop
            found.push(...(await unseenIn(page, 0)), ...(await movingIn(page)))
          }
          return found
        }),
      ).resolves.toEqual([]),
  )

  it("sees what is not drawn, and what moves, so that these checks can fail", async () => {
    const found = await onKit(async (page) => {
      await page.evaluate(() => {
        const chosen = document.createElement("p")
        chosen.textContent = "chosen"
        chosen.setAttribute("aria-selected", "true")
        chosen.style.setProperty("outline", "none", "important")
        const button = document.createElement("button")
        button.textContent = "no ring, no edge"
        button.dataset["component"] = "button"
        button.style.border = "0"
        button.style.setProperty("outline", "none", "important")
        document.body.prepend(chosen, button)
        const mover = document.createElement("p")
        mover.textContent = "moves"
        mover.style.setProperty("transition-duration", "40ms", "important")
        document.body.append(mover)
        button.focus()
      })
      await page.keyboard.press("Shift+Tab")
      return [...(await unseenIn(page, 1)), ...(await movingIn(page))]
    })
    const kinds = ["has no edge", "is chosen and looks like the rest", "has the focus and no ring", "would move"]
    expect(kinds.filter((kind) => !found.some((line) => line.startsWith(kind)))).toEqual([])
  })
})
