import type { Page } from "playwright-core"
import type { Stage } from "../stage.ts"
import { inWords, medianOf, millisUntilShown, toTenths, type Expected } from "./shown.ts"

const SLIDER = "[data-component=replay] input[type=range]"
/** The slider says "event 7 of 90" while the moment is read, and adds time and type of the event when it is shown. */
const MOMENT: Expected = {
  event: "keydown",
  selector: SLIDER,
  attribute: { name: "aria-valuetext", pattern: ", .*, " },
}
/** Places are spread over the history by a step that is coprime to it, so that no two jumps go near each other. */
const STRIDE = 0.381_966

const untilStill = (page: Page): Promise<unknown> =>
  page.waitForFunction(
    ([selector, pattern]) =>
      new RegExp(pattern ?? "", "u").test(document.querySelector(selector ?? "")?.getAttribute("aria-valuetext") ?? ""),
    [SLIDER, MOMENT.attribute?.pattern],
  )

/** Sets the slider as a drag to that place would: its value, then the event that a browser sends. */
const moveTo = (page: Page, seq: number): Promise<void> =>
  page.locator(SLIDER).evaluate((element, value) => {
    const slider = element as HTMLInputElement
    slider.value = String(value)
    slider.dispatchEvent(new Event("input", { bubbles: true }))
  }, seq)

/** Jumps to moments that were not looked at before, and steps from event to event, in a history of `events`. */
export const measureReplay = async (stage: Stage, repeats: number, events: number) => {
  const seat = await stage.openPage()
  const { page, context } = seat
  try {
    await page.goto(`${stage.url}/teams/${stage.teamId}/replay`)
    await page.locator(SLIDER).waitFor()
    await untilStill(page)
    const jump = await medianOf(seat, repeats, async (index) => {
      const target = 1 + Math.floor((((index + 1) * STRIDE) % 1) * events)
      const millis = await millisUntilShown(page, { ...MOMENT, event: "input" }, () => moveTo(page, target))
      await untilStill(page)
      return millis
    })
    await page.locator("h1").focus()
    const step = await medianOf(seat, repeats * 3, async () => {
      const millis = await millisUntilShown(page, MOMENT, () => page.keyboard.press("ArrowRight"))
      await untilStill(page)
      return millis
    })
    stage.tell(inWords("replay jump", jump))
    stage.tell(inWords("replay step", step))
    return { replayJumpMillis: toTenths(jump.median), replayStepMillis: toTenths(step.median) }
  } finally {
    await context.close()
  }
}
