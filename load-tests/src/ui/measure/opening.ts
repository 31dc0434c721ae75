import type { Page } from "playwright-core"
import type { Seat, Stage } from "../stage.ts"
import { inWords, medianOf, millisUntilShown, toTenths, type Expected, type Measured } from "./shown.ts"

const EMPTY_PAGE = "<!doctype html><html lang=en><title>Empty</title><body></body></html>"

/** A document that does nothing but answer a key with an element: what the machine and the measuring cost. */
const openEmpty = async (page: Page, url: string): Promise<void> => {
  await page.route(`${url}/empty`, (route) => route.fulfill({ contentType: "text/html", body: EMPTY_PAGE }))
  await page.goto(`${url}/empty`)
  await page.evaluate(() => {
    addEventListener("keydown", () => {
      const dialog = document.createElement("div")
      dialog.setAttribute("role", "dialog")
      dialog.textContent = "shown"
      document.body.replaceChildren(dialog)
    })
    addEventListener("keyup", () => document.body.replaceChildren())
  })
}

/** How long the page takes to show what a key opens. It is closed again between two measurements. */
const opened = (seat: Seat, repeats: number, key: string, shown: Expected, dialog: string): Promise<Measured> => {
  const { page } = seat
  return medianOf(seat, repeats, async () => {
    const millis = await millisUntilShown(page, shown, () => page.keyboard.press(key))
    await page.keyboard.press("Escape")
    await page.locator(dialog).waitFor({ state: "detached" })
    return millis
  })
}

const PALETTE = "[data-component=palette]"
const SHEET = "[role=dialog] [data-component=dispatch]"

/** Palette and dispatch sheet on the live page of the team, and the empty page beside them. */
export const measureOpening = async (stage: Stage, repeats: number) => {
  const seat = await stage.openPage()
  const { page, context } = seat
  try {
    await openEmpty(page, stage.url)
    const empty = await medianOf(seat, repeats, () =>
      millisUntilShown(page, { event: "keydown", selector: "[role=dialog]" }, () => page.keyboard.press("a")),
    )
    stage.tell(inWords("empty page", empty))
    await page.goto(`${stage.url}/teams/${stage.teamId}/live`)
    await page.locator("[data-task]").first().waitFor()
    // Letters belong to who types: nothing must have the focus that takes them.
    await page.locator("h1").focus()
    const option: Expected = { event: "keydown", selector: `${PALETTE} [role=option]` }
    const palette = await opened(seat, repeats, "Control+k", option, PALETTE)
    stage.tell(inWords("palette", palette))
    await page.locator("h1").focus()
    const sheet = await opened(seat, repeats, "d", { event: "keydown", selector: SHEET }, SHEET)
    stage.tell(inWords("dispatch sheet", sheet))
    return {
      emptyPageMillis: toTenths(empty.median),
      paletteMillis: toTenths(palette.median),
      dispatchSheetMillis: toTenths(sheet.median),
    }
  } finally {
    await context.close()
  }
}
