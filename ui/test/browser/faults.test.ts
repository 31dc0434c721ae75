import { isOpen } from "@muster/domain"
import { tasksNewestFirst } from "@muster/projections"
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import { chromiumPath, DESK, launchChromium, serveBuilt } from "./chromium.ts"
import type { BuiltSite } from "./chromium.ts"
import { fakeMuster } from "./fake-muster.ts"
import type { Delivery, FakeMuster } from "./fake-muster.ts"

const LIFE_STEPS = 2_400
const HAPPENED = 300
const ROWS_COMPARED = 8
const PAGE_WAIT_MILLIS = 15_000

const half = (count: number) => Math.floor(count / 2)
/** What a bad line does to events. */
const FAULTS: ReadonlyArray<readonly [name: string, deliver: Delivery]> = [
  ["come one by one", (events) => events.map((event) => [event])],
  ["come twice", (events) => [events, events, events]],
  ["come in the wrong order", (events) => [events.slice(half(events.length)), events.slice(0, half(events.length))]],
  ["come backwards, one by one", (events) => events.toReversed().map((event) => [event])],
  ["come with a gap", (events) => [events.slice(0, 2), events.slice(-1)]],
  ["come but for the first ones", (events) => [events.slice(3)]],
  ["do not come at all", () => []],
]

const position = (muster: FakeMuster) => new Intl.NumberFormat("en").format(Number(muster.view().position))
/** The status line may say behind the position how late it came. */
const isCaughtUp = (page: Page, muster: FakeMuster) =>
  page.getByText(new RegExp(`^position ${position(muster)}(?:, |$)`, "u")).waitFor()

/** What a page shows of the team: the tasks in their order with their states, who is there, what was said. */
const shownOn = async (page: Page) => ({
  ids: await page.locator("[data-task]").evaluateAll((rows) => rows.map((row) => row.getAttribute("data-task"))),
  tasks: await page.getByRole("region", { name: "List of tasks" }).innerText(),
  members: await page.getByRole("region", { name: "Members" }).innerText(),
  chat: await page.getByRole("log", { name: "Messages" }).innerText(),
})

describe.skipIf(chromiumPath === undefined)(
  "a page over a bad line shows in the end what a clean fold shows (needs Chromium: set CHROMIUM_PATH)",
  () => {
    let browser: Browser
    let muster: FakeMuster
    let site: BuiltSite
    let page: Page
    const complaints: Array<string> = []
    const openPage = async (): Promise<Page> => {
      // A browser profile of its own: nothing is remembered in it.
      const context = await browser.newContext(DESK)
      const opened = await context.newPage()
      opened.setDefaultTimeout(PAGE_WAIT_MILLIS)
      opened.on("pageerror", (error) => complaints.push(error.message))
      await opened.goto(`${site.url}/teams/${muster.teamId}/live`)
      await isCaughtUp(opened, muster)
      return opened
    }
    beforeAll(async () => {
      muster = fakeMuster({ steps: LIFE_STEPS, happened: HAPPENED })
      site = await serveBuilt(inject("dist"), muster)
      browser = await launchChromium()
      page = await openPage()
    })
    afterAll(async () => {
      await browser?.close()
      await site?.close()
    })

    const isCleanFold = async () => {
      await isCaughtUp(page, muster)
      const { tasks } = muster.view()
      const open = Object.values(tasks).filter((task) => isOpen(task.phase)).length
      await page.getByText(`${open} open`, { exact: true }).waitFor()
      const newest = tasksNewestFirst(muster.view()).slice(0, ROWS_COMPARED)
      expect((await shownOn(page)).ids.slice(0, ROWS_COMPARED)).toEqual(newest.map(({ id }) => id))
    }

    it.each(FAULTS)("when events %s", async (_, deliver) => {
      for (let round = 0; round < 4; round += 1) muster.happen(8, deliver)
      muster.beat()
      await isCleanFold()
    })

    it("when the line is cut while events happen, asking from where it was", async () => {
      const { seq } = muster.view()
      const before = muster.asked().length
      muster.cut()
      muster.happen(40)
      await isCleanFold()
      expect(muster.asked().slice(before)).toMatchObject([{ since: { seq } }])
    })

    it("when what is read is older than what is already shown", async () => {
      muster.setLag(25)
      // The range lags behind the gap, and so does the snapshot that is asked for in its place.
      muster.happen(20, (events) => [events.slice(-1)])
      muster.beat()
      await page
        .getByText(/Catching up/)
        .first()
        .waitFor()
      muster.setLag(0)
      muster.beat()
      await isCleanFold()
    })

    it("when the log was brought back from a copy that is shorter", async () => {
      muster.restore(HAPPENED - 50)
      await isCleanFold()
      muster.happen(30)
      await isCleanFold()
    })

    it("when everything goes wrong at once", async () => {
      for (const [, deliver] of FAULTS) {
        muster.happen(7, deliver)
        muster.cut()
        muster.happen(5, deliver)
      }
      await isCleanFold()
    })

    it("says that the network is gone, keeps what is shown, and goes on when it is back", async () => {
      await page.context().setOffline(true)
      await page.getByText("Offline", { exact: true }).first().waitFor()
      await page.getByText(/You are offline/).waitFor()
      expect(await page.locator("[data-task]").count()).toBeGreaterThan(0)
      muster.cut()
      muster.happen(15)
      await page.context().setOffline(false)
      await isCleanFold()
      await page.getByText(/You are offline/).waitFor({ state: "detached" })
    })

    it("in the end is the same, word for word, as a page that was opened just now", async () => {
      const fresh = await openPage()
      expect(await shownOn(page)).toEqual(await shownOn(fresh))
      await fresh.context().close()
    })

    it("shows the team at once when it is opened again, before the server has answered, and then what came since", async () => {
      const { seq } = muster.view()
      // Leaving the team's pages writes down what was shown.
      await page.getByRole("link", { name: "Teams", exact: true }).first().click()
      await page.getByRole("heading", { level: 1, name: "Teams" }).waitFor()
      muster.setMood("loading")
      await page.goto(`${site.url}/teams/${muster.teamId}/live`)
      await page.locator("[data-task]").first().waitFor()
      await page.getByText(/^as of \d/).waitFor()
      muster.setMood("full")
      muster.happen(15)
      muster.cut()
      await isCleanFold()
      // It went on from what it remembered; once more from where it was, if it was there when the line was cut.
      expect(muster.asked().map(({ since }) => since?.seq)).toContain(seq)
      expect(complaints).toEqual([])
    })
  },
)
