import type { CDPSession, Page } from "playwright-core"
import { median } from "../../bench/statistics.ts"
import type { Seat, Stage } from "../stage.ts"

/** What is waited for after an input. */
export interface Expected {
  /** The event that begins it, such as "keydown". */
  readonly event: string
  /** It is shown when an element of this selector takes up room … */
  readonly selector: string
  /** … and, when it is given, this attribute matches the pattern and is not what it was before. */
  readonly attribute?: { readonly name: string; readonly pattern: string }
}

type Probe = typeof globalThis & { musterProbe?: Promise<number> }

/**
 * Milliseconds from an input (by the browser's own time stamp of it) until the page shows what was expected: its elements are in the document
 * and laid out. The wait for the screen's next frame is not part of it; it is the same for every page.
 */
export const millisUntilShown = async (
  page: Page,
  expected: Expected,
  input: () => Promise<unknown>,
): Promise<number> => {
  await page.evaluate(({ event, selector, attribute }) => {
    const valueNow = (): string | null =>
      attribute === undefined ? null : (document.querySelector(selector)?.getAttribute(attribute.name) ?? null)
    const before = valueNow()
    const isShown = (): boolean => {
      const element = document.querySelector(selector)
      if (element === null || element.getClientRects().length === 0) return false
      if (attribute === undefined) return true
      const value = valueNow()
      return value !== null && value !== before && new RegExp(attribute.pattern, "u").test(value)
    }
    ;(globalThis as Probe).musterProbe = new Promise((resolve) => {
      let began: number | undefined
      const look = (): void => {
        if (began === undefined || !isShown()) return
        observer.disconnect()
        // Style and layout of what was drawn are part of it.
        document.body.getBoundingClientRect()
        resolve(performance.now() - began)
      }
      const observer = new MutationObserver(look)
      observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
      const begin = (given: Event): void => {
        began = given.timeStamp
      }
      addEventListener(event, begin, { capture: true, once: true })
    })
  }, expected)
  await input()
  const millis = await page.evaluate(() => (globalThis as Probe).musterProbe)
  if (millis === undefined) throw new TypeError("the page was loaded anew in the middle of a measurement")
  return millis
}

export interface Measured {
  readonly median: number
  readonly first: number
  readonly worst: number
  /** Milliseconds of processor time that the page's own thread spent on one of them, with what the measuring itself costs. */
  readonly work: number
}

const MILLIS_PER_SECOND = 1_000

/** Seconds of processor time of the page's main thread. */
const workOf = async (devtools: CDPSession): Promise<number> => {
  const { metrics } = await devtools.send("Performance.getMetrics")
  return metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0
}

/** The median of so many measurements, after one that warms up and is told apart. */
export const medianOf = async (
  { devtools }: Pick<Seat, "devtools">,
  repeats: number,
  measure: (index: number) => Promise<number>,
): Promise<Measured> => {
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" })
  const first = await measure(0)
  const all: number[] = []
  const from = await workOf(devtools)
  for (let index = 1; index <= repeats; index += 1) all.push(await measure(index))
  const work = (((await workOf(devtools)) - from) * MILLIS_PER_SECOND) / repeats
  return { median: median(all), first, worst: Math.max(...all), work }
}

/** A measurement in words, for the error output. */
export const inWords = (name: string, { median, first, worst, work }: Measured): string =>
  `${name}: median ${toTenths(median)} ms, first ${toTenths(first)}, worst ${toTenths(worst)}; ${toTenths(work)} ms of processor time each, to the end`

/** Resolves when the page says that it shows everything that is in the log. */
export const untilSeen = async (stage: Stage, page: Page): Promise<void> => {
  const { position } = await stage.head()
  await page.waitForFunction((newest) => {
    const detail = document.querySelector("[data-component=status-line] [data-slot=detail]")?.textContent ?? ""
    // "position 48,213, 0.4 s": behind it stands how late it came.
    const [shown = ""] = /\d{1,3}(?:,\d{3})*/u.exec(detail) ?? []
    return Number(shown.replaceAll(",", "")) >= newest
  }, position)
}

/** Tenths of a millisecond, of a kilobyte, of a megabyte. */
export const toTenths = (value: number): number => Math.round(value * 10) / 10
