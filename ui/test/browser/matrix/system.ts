import type { Page } from "playwright-core"

/**
 * Runs in the page, where the system sets the colours: what a person could not see. With "focus", whether what has the
 * focus has a ring; with "page", controls without an edge, what is chosen and looks like the rest, and marks in the
 * colour of their ground.
 */
function unseen(what: "page" | "focus"): ReadonlyArray<string> {
  const transparent = /^rgba\(.*, 0\)$|^transparent$|\/ 0\)$/u
  const probe = document.createElement("div")
  probe.style.color = "Canvas"
  document.body.append(probe)
  const canvas = getComputedStyle(probe).color
  probe.remove()
  const groundOf = (element: Element | null): string => {
    if (element === null) return canvas
    const { backgroundColor } = getComputedStyle(element)
    return transparent.test(backgroundColor) ? groundOf(element.parentElement) : backgroundColor
  }
  const isSeen = (color: string, element: Element) =>
    color !== "none" && !transparent.test(color) && color !== groundOf(element.parentElement)
  const hasLine = (element: Element, line: string, style = getComputedStyle(element)) =>
    style.getPropertyValue(`${line}-style`) !== "none" &&
    Number.parseFloat(style.getPropertyValue(`${line}-width`)) >= 1 &&
    isSeen(style.getPropertyValue(`${line}-color`), element)
  const named = (element: Element) => element.outerHTML.slice(0, 160)

  if (what === "focus") {
    const element = document.activeElement
    if (element === null || element === document.body) return []
    // A hidden input has its ring on what is drawn in its place; a link that covers its row has it around the row.
    const beside = element.nextElementSibling
    const isRinged =
      hasLine(element, "outline") ||
      hasLine(element, "outline", getComputedStyle(element, "::after")) ||
      (beside !== null && hasLine(beside, "outline"))
    return isRinged ? [] : [`has the focus and no ring: ${named(element)}`]
  }

  const found: Array<string> = matchMedia("(forced-colors: active)").matches ? [] : ["the colours are not the system's"]
  const drawn = (selector: string) =>
    [...document.querySelectorAll(selector)].filter((element) => {
      const { width, height } = element.getBoundingClientRect()
      return width > 2 && height > 0 && element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    })
  const judge = (selector: string, wrong: string, isRight: (element: Element) => boolean) => {
    for (const element of drawn(selector)) if (!isRight(element)) found.push(`${wrong}: ${named(element)}`)
  }
  const SIDES = ["border-top", "border-right", "border-bottom", "border-left"]
  const isChosen =
    '[aria-selected="true"], [aria-pressed="true"], [aria-current]:not([aria-current="false"]), [data-open="true"]:not([data-component="dock"], [data-component="task-card"]), a.active, [data-selected="true"], [data-highlighted]'
  judge('[data-component="button"], [data-component="badge"], [data-slot="control"]', "has no edge", (element) =>
    SIDES.every((side) => hasLine(element, side)),
  )
  judge(isChosen, "is chosen and looks like the rest", (element) => hasLine(element, "outline"))
  judge(
    '[role="tab"][aria-selected="false"], [data-component="view-links"] > a:not(.active)',
    "looks chosen and is not",
    (element) => !hasLine(element, "border-bottom") && !hasLine(element, "outline"),
  )
  judge('[data-component="state-icon"] > [data-slot="fill"]', "is a mark that is not seen", (element) =>
    isSeen(getComputedStyle(element).fill, element),
  )
  judge('[data-component="state-icon"] > [data-slot="line"]', "is a mark that is not seen", (element) =>
    isSeen(getComputedStyle(element).stroke, element),
  )
  judge('[data-component="scrubber"] path[data-lane]', "is a lane that is not seen", (element) => {
    const { fill, stroke } = getComputedStyle(element)
    return isSeen(fill, element) || isSeen(stroke, element)
  })
  judge(
    [
      '[data-component="progress"] [data-slot="fill"]',
      '[data-component="switch"] [data-slot="thumb"]',
      '[data-component="radio-list"] [data-slot="dot"]',
      '[data-component="split-panes"] > [data-slot="border"]',
      '[data-component="scrubber"] [data-slot="now"]',
      '[data-component="timeline-row"] [data-slot="stretch"]',
    ].join(", "),
    "is in the colour of its ground",
    (element) => isSeen(getComputedStyle(element).backgroundColor, element),
  )
  return found
}

/** What of a page is not seen where the system sets the colours (forced-colors), the ring of the first stops of Tab included. */
export async function unseenIn(page: Page, tabStops: number): Promise<ReadonlyArray<string>> {
  await page.emulateMedia({ forcedColors: "active" })
  const found = [...(await page.evaluate(unseen, "page" as const))]
  for (let stop = 0; stop < tabStops; stop += 1) {
    // One stop after the other: each begins at the one before.
    // eslint-disable-next-line no-await-in-loop
    await page.keyboard.press("Tab")
    // eslint-disable-next-line no-await-in-loop
    found.push(...(await page.evaluate(unseen, "focus" as const)))
  }
  return found
}

/** So long a change is none that a person could see move. */
const STILL_MILLIS = 1

/** What of a page moves, or would when it changes, for longer than a person could see. */
export const movingIn = (page: Page): Promise<ReadonlyArray<string>> =>
  page.evaluate((stillMillis) => {
    const longest = (durations: string) =>
      Math.max(
        ...durations.split(",").map((each) => Number.parseFloat(each) * (each.trim().endsWith("ms") ? 1 : 1_000)),
      )
    const found: Array<string> = []
    for (const element of document.querySelectorAll("body, body *"))
      for (const part of ["", "::before", "::after"]) {
        const style = getComputedStyle(element, part)
        const isAnimated = style.animationName !== "none" && style.animationName !== ""
        const isLong =
          longest(style.transitionDuration) > stillMillis ||
          (isAnimated &&
            (longest(style.animationDuration) > stillMillis || style.animationIterationCount.includes("infinite")))
        if (isLong) found.push(`would move: ${element.outerHTML.slice(0, 120)} ${part}`)
      }
    for (const animation of document.getAnimations()) {
      const lasts = Number(animation.effect?.getComputedTiming().activeDuration ?? 0)
      if (lasts > stillMillis) found.push(`moves for ${lasts} ms: ${animation.constructor.name}`)
    }
    return found
  }, STILL_MILLIS)
