import type { Locator, Page } from "playwright-core"
import { LIST_EVENTS_PER_SECOND, LIST_MILLIS, READER_SCROLL_PIXELS, UNMOVED_PIXELS } from "../limits.ts"
import type { Stage } from "../stage.ts"
import { untilSeen } from "./shown.ts"

const LIST = "[data-component=history] [data-component=virtual-list]"
const ROW = "[data-slot=row]"

interface Watched {
  readonly nodesMax: number
  /** The furthest that the watched row was off its place; infinite when it was gone. */
  readonly offMax: number
  readonly frames: number
}
type Watching = typeof globalThis & { musterWatch?: () => Watched }

const rowsOf = (list: Locator): Promise<number> =>
  list
    .locator(ROW)
    .first()
    .getAttribute("aria-setsize")
    .then((size) => Number(size ?? 0))

/** Loads older events until the list holds so many rows. */
const fillList = async (page: Page, list: Locator, rows: number, tell: (line: string) => void): Promise<void> => {
  const older = page.getByRole("button", { name: "Load older events" })
  for (let have = await rowsOf(list), told = 0; have < rows; have = await rowsOf(list)) {
    await older.click()
    await page.waitForFunction(
      ([selector, before]) => Number(document.querySelector(selector)?.getAttribute("aria-setsize") ?? 0) > before,
      [`${LIST} ${ROW}`, have] as const,
    )
    if (have < told + 20_000) continue
    told = have
    tell(`the list has ${have} of ${rows} rows`)
  }
}

/** Looks at every frame: how many elements the list has, and how far the row in the middle of it is off its place. */
const watch = (list: Locator): Promise<void> =>
  list.evaluate((element, rowSelector) => {
    const topOf = (row: Element): number => row.getBoundingClientRect().top - element.getBoundingClientRect().top
    const middle = element.clientHeight / 2
    const rows = [...element.querySelectorAll(rowSelector)]
    // By what it says, not by its element: a reader sees words.
    const nameOf = (row: Element): string =>
      row.querySelector("[data-slot=position]")?.textContent ?? row.textContent ?? ""
    const found = rows.find((each) => topOf(each) >= middle) ?? rows[0]
    if (found === undefined) throw new TypeError("the list shows no row")
    const name = nameOf(found)
    const place = topOf(found)
    let nodesMax = 0
    let offMax = 0
    let frames = 0
    let isOver = false
    const look = (): void => {
      frames += 1
      nodesMax = Math.max(nodesMax, element.querySelectorAll("*").length)
      const row = [...element.querySelectorAll(rowSelector)].find((each) => nameOf(each) === name)
      offMax = Math.max(offMax, row === undefined ? Number.POSITIVE_INFINITY : Math.abs(topOf(row) - place))
      if (!isOver) requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
    ;(globalThis as Watching).musterWatch = () => {
      isOver = true
      return { nodesMax, offMax, frames }
    }
  }, ROW)

const watched = async (page: Page): Promise<Watched> => {
  const found = await page.evaluate(() => (globalThis as Watching).musterWatch?.())
  if (found === undefined || found.frames < 2) throw new TypeError("nothing was watched")
  return found
}

/** Whether the newest event is the first row, and in sight. */
const showsNewest = async (stage: Stage, page: Page): Promise<boolean> => {
  await untilSeen(stage, page)
  const { position } = await stage.head()
  return page.evaluate(
    ([selector, newest]) => {
      const list = document.querySelector(selector)
      const first = list?.querySelector('[aria-posinset="1"]')
      const shown = first?.querySelector("[data-slot=position]")?.textContent ?? ""
      if (list === null || first === null || first === undefined) return false
      const isInSight = first.getBoundingClientRect().bottom > list.getBoundingClientRect().top
      return isInSight && Number(shown.replaceAll(/\D/gu, "")) === newest
    },
    [LIST, position] as const,
  )
}

/** The history of the team, loaded as far back as is asked for, while hundreds of events a second come in. */
export const measureList = async (stage: Stage, rows: number) => {
  const { page, context } = await stage.openPage()
  const burst = { perSecond: LIST_EVENTS_PER_SECOND, events: (LIST_EVENTS_PER_SECOND * LIST_MILLIS) / 1_000 }
  try {
    await page.goto(`${stage.url}/teams/${stage.teamId}/history`)
    const list = page.locator(LIST)
    await list.locator(ROW).first().waitFor()
    await fillList(page, list, rows, stage.tell)
    stage.tell(`the list has ${await rowsOf(list)} rows; ${burst.perSecond} events a second come in`)

    await list.evaluate((element) => element.scrollTo({ top: 0 }))
    await watch(list)
    await stage.happen(burst)
    const listStaysAtEnd = await showsNewest(stage, page)
    const atEnd = await watched(page)

    await list.evaluate(
      (element, top) => element.scrollTo({ top: Math.min(top, element.scrollHeight / 2) }),
      READER_SCROLL_PIXELS,
    )
    await list.locator(ROW).first().waitFor()
    // Rows are measured once they are drawn: two frames later they stand where they stay.
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(undefined)))),
    )
    await watch(list)
    await stage.happen(burst)
    await untilSeen(stage, page)
    const reading = await watched(page)
    stage.tell(
      `list: at most ${atEnd.nodesMax} elements at the end and ${reading.nodesMax} in the middle; the reader's row moved by ${reading.offMax} px`,
    )
    return {
      listDomNodes: Math.max(atEnd.nodesMax, reading.nodesMax),
      listStaysAtEnd,
      readerDoesNotMove: reading.offMax <= UNMOVED_PIXELS,
    }
  } finally {
    await context.close()
  }
}
