import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { EXPORT_FORMAT, EXPORT_VERSION, TAPE_CHUNK_EVENTS } from "@muster/contracts"
import { emptyTeamView, hasSignal } from "@muster/projections"
import type { Page } from "playwright-core"
import { beforeEach, describe, expect, it } from "vitest"
import { CLOSING, feedOf, teamIdOf } from "../support/history.ts"
import { chromiumPath } from "./chromium.ts"
import type { BuiltSite } from "./chromium.ts"
import type { FakeMuster } from "./fake-muster.ts"
import { useBrowser } from "./use-browser.ts"

const STEPS = 2_600
const HAPPENED = 700
const events = feedOf(STEPS, 1, CLOSING)

describe.skipIf(chromiumPath === undefined)(
  "history and replay in a real browser (needs Chromium: CHROMIUM_PATH)",
  () => {
    const { openFresh } = useBrowser()
    let muster: FakeMuster
    let site: BuiltSite
    let page: Page
    beforeEach(async () => {
      ;({ muster, site, page } = await openFresh({ steps: STEPS, happened: HAPPENED }))
    })

    const open = (path: string) => page.goto(`${site.url}/teams/${muster.teamId}/${path}`)
    const list = () => page.getByRole("region", { name: "Events, newest first" })
    const row = (place: number) => list().locator(`[aria-posinset="${place}"]`)
    const slider = () => page.getByRole("slider", { name: "Moment of the history" })
    const standsAt = (seq: number, of = HAPPENED) =>
      page.waitForFunction(
        (start) => document.querySelector("input[type=range]")?.getAttribute("aria-valuetext")?.startsWith(start),
        `event ${seq} of ${of}, `,
      )

    it("shows what comes to who reads at the newest event, and does not move who has scrolled away", async () => {
      await open("history")
      await row(1).waitFor()
      muster.happen(3)
      await page.waitForFunction((size) => document.querySelector(`[aria-setsize="${size}"]`) !== null, 503)
      expect(await list().evaluate((element) => element.scrollTop)).toBe(0)

      await list().evaluate((element) => element.scrollTo({ top: 4_000 }))
      // The rows of that place are drawn with the next frame: until then the twelfth is one that goes.
      await page.waitForFunction(
        (element) => {
          const rows = [...(element?.querySelectorAll("[data-slot=row]") ?? [])].map((row) =>
            row.getBoundingClientRect(),
          )
          const seen = element?.getBoundingClientRect()
          return seen !== undefined && (rows[0]?.top ?? 0) < seen.top && (rows.at(-1)?.bottom ?? 0) > seen.bottom
        },
        await list().elementHandle(),
      )
      const read = await list().locator("[data-slot=row]").nth(12).elementHandle()
      if (read === null) throw new Error("no row is drawn")
      const text = await read.innerText()
      const place = await read.evaluate((element) => element.getBoundingClientRect().top)
      muster.happen(40)
      await page.getByRole("button", { name: "40 new" }).waitFor()
      // The same element in the same place: the focus in it would be there still.
      expect(await read.evaluate((element) => element.isConnected && element.getBoundingClientRect().top)).toBe(place)
      expect(await read.innerText()).toBe(text)
      expect(await list().locator("*").count()).toBeLessThan(600)
      await page.getByRole("button", { name: "40 new" }).click()
      await row(1).waitFor()
      expect(await page.getByRole("button", { name: "40 new" }).count()).toBe(0)
    })

    it("finds by conditions that stand in the address, and opens one event with its record and a link", async () => {
      await open("history?signal=failure")
      const failures = events.slice(0, HAPPENED).filter((event) => hasSignal(event, "failure"))
      await page.getByText(`${failures.length} events`, { exact: true }).waitFor()
      await row(1).getByRole("button", { name: "in full" }).click()
      const last = failures.at(-1)
      await page.waitForURL(new RegExp(`pos=${last?.position}`))
      await page
        .getByRole("complementary", { name: "Event in full" })
        .getByText(last?.id ?? "")
        .waitFor()

      await open("history")
      await page.getByRole("searchbox", { name: "Search in events" }).fill("no such words")
      await page.waitForURL(/q=no/)
      await page.getByText("No event matches").waitFor()
      await page.getByRole("button", { name: "Clear filters" }).first().click()
      await row(1).waitFor()
    })

    it("opens a link to a position with what is around it", async () => {
      const [at] = events.slice(99, 100)
      await open(`history?pos=${at?.position}`)
      await page
        .getByRole("complementary", { name: "Event in full" })
        .getByText(at?.id ?? "")
        .waitFor()
      await list().locator("[aria-current=true]").waitFor()
      await page.getByRole("button", { name: "Load newer events" }).click()
      await page.getByRole("button", { name: "Load newer events" }).waitFor({ state: "detached" })
    })

    it("walks from failure to failure by keys, and compares two moments by address", async () => {
      await open("replay")
      await standsAt(HAPPENED)
      const failures = events.slice(0, HAPPENED).filter((event) => hasSignal(event, "failure"))
      const [before, last] = failures.filter((event) => event.seq < HAPPENED).slice(-2)
      await page.locator("h1").focus()
      await page.keyboard.press(",")
      await standsAt(last?.seq ?? 0)
      await page.keyboard.press("c")
      await page.waitForURL(new RegExp(`vs=${last?.position}`))
      await page.keyboard.press(",")
      await standsAt(before?.seq ?? 0)
      await page.getByText(`A = event ${last?.seq}, B = event ${before?.seq}`).waitFor()
      await page.getByRole("region", { name: "What changed between two moments" }).waitFor()
      await page.reload()
      await page.getByText(`A = event ${last?.seq}, B = event ${before?.seq}`).waitFor()
      await page.locator("h1").focus()
      await page.keyboard.press("c")
      await page.getByRole("region", { name: "What changed at this event" }).waitFor()
      await page.keyboard.press("Home")
      await standsAt(1)
      expect(await slider().inputValue()).toBe("1")
    })

    it("draws the whole history above the slider, and goes where it is pressed", async () => {
      await open("replay")
      const lanes = page.locator("[data-component=scrubber] [data-slot=lanes]")
      await lanes.locator("path[data-lane=activity]").waitFor()
      const box = await lanes.boundingBox()
      if (box === null) throw new Error("the lanes are not drawn")
      await page.mouse.click(box.x + box.width / 2, box.y + 5)
      await page.waitForFunction(
        ([low, high]) => {
          const value = Number(document.querySelector<HTMLInputElement>("input[type=range]")?.value)
          return value >= low && value <= high
        },
        [HAPPENED / 2 - 2, HAPPENED / 2 + 2] as const,
      )
    })

    it("draws the bookmarks above the slider, and leads to them by a press, by keys and along the row of marks", async () => {
      const seqOf = (position: string) => events.findLast((each) => Number(each.position) <= Number(position))?.seq ?? 0
      const placed = (muster.view().team?.bookmarks ?? []).map(({ moment }) => seqOf(moment)).filter((seq) => seq > 0)
      const moments = placed.toSorted((a, b) => a - b)
      const [first = 0] = moments
      expect(moments.at(-1)).toBeGreaterThan(first)
      await open("replay")
      await standsAt(HAPPENED)
      await page.getByText(`${placed.length} bookmarks`, { exact: true }).waitFor()
      await page.locator("h1").focus()
      await page.keyboard.press("<")
      await standsAt(moments.at(-1) ?? 0)
      await page.keyboard.press(">")
      await page.getByText("No bookmark after this moment.").waitFor()

      const marks = page.getByRole("toolbar", { name: "Bookmarks" }).getByRole("button")
      await marks.first().click()
      await standsAt(first)
      expect(await marks.first().getAttribute("aria-current")).toBe("true")
      await page.keyboard.press("End")
      await page.keyboard.press("Enter")
      expect(await marks.last().evaluate((mark) => mark === document.activeElement)).toBe(true)
      await page.waitForFunction(
        (seqs) => seqs.includes(Number(document.querySelector<HTMLInputElement>("input[type=range]")?.value)),
        moments.filter((seq) => seq > first),
      )

      await page.setViewportSize({ width: 320, height: 640 })
      await marks.first().waitFor()
      const sideways = () => document.documentElement.scrollWidth - document.documentElement.clientWidth
      expect(await page.evaluate(sideways)).toBe(0)
      const boxes = await marks.evaluateAll((all) =>
        all.map((mark) => mark.getBoundingClientRect().toJSON() as DOMRect),
      )
      expect(boxes.filter(({ width, height }) => width < 24 || height < 24)).toEqual([])
      expect(boxes.slice(1).filter(({ x }, index) => x < (boxes[index]?.right ?? 0) - 0.5)).toEqual([])
    })

    it("keeps the event of the moment in sight among those around it, by steps and by jumps", async () => {
      await open("replay")
      await standsAt(HAPPENED)
      const around = page.getByRole("region", { name: "Events around this moment" })
      const marked = () =>
        around.evaluate((list) => {
          const seen = list.getBoundingClientRect()
          const rows = [...list.querySelectorAll("[aria-current=true]")].map((row) => row.getBoundingClientRect())
          return rows.map(({ top, bottom }) => top >= seen.top - 0.5 && bottom <= seen.bottom + 0.5)
        })
      const place = () => around.locator("[data-slot=row]:has([aria-current=true])").getAttribute("aria-posinset")
      await page.locator("h1").focus()
      for (let step = 1; step <= 30; step += 1) {
        await page.keyboard.press("ArrowLeft")
        await standsAt(HAPPENED - step)
        expect([await marked(), await place()]).toEqual([[true], String(HAPPENED - step - TAPE_CHUNK_EVENTS)])
      }
      await page.keyboard.press("Home")
      await standsAt(1)
      expect([await marked(), await place()]).toEqual([[true], "1"])
      await slider().fill("460")
      await standsAt(460)
      expect([await marked(), await place()]).toEqual([[true], "460"])
      // Rows that were handed on to other events say what these are.
      const drawn = await around.locator("[data-slot=row]").evaluateAll((rows) =>
        rows.map((row) => ({
          place: Number(row.getAttribute("aria-posinset")),
          position: (row.querySelector("[data-slot=position]")?.textContent ?? "").replaceAll(/\D/g, ""),
        })),
      )
      expect(drawn.length).toBeGreaterThan(3)
      for (const row of drawn) expect(row.position).toBe(events[row.place - 1]?.position)
    })

    it("measures rows that took over others' elements: none lies over the next one", async () => {
      await open("replay")
      await standsAt(HAPPENED)
      const touching = () =>
        page.waitForFunction(() =>
          [...document.querySelectorAll("[data-component=replay] [data-component=virtual-list]")].every((list) => {
            const rows = [...list.querySelectorAll("[data-slot=row]")].map((row) => row.getBoundingClientRect())
            return rows.length > 0 && rows.slice(1).every(({ top }, at) => Math.abs(top - (rows[at]?.bottom ?? 0)) <= 1)
          }),
        )
      for (const seq of [650, 300, 520, 290, 640]) {
        await slider().fill(String(seq))
        await standsAt(seq)
        await touching()
      }
    })

    it("replays an exported file by itself, and says what is wrong with one that cannot be", async () => {
      const folder = await mkdtemp(join(tmpdir(), "muster-ui-file-"))
      try {
        const own = events.slice(0, 60)
        const head = { line: "head", format: EXPORT_FORMAT, version: EXPORT_VERSION, teamId: teamIdOf(events) }
        const more = { teamName: "Crew of a file", exportedAt: own[0]?.at, from: 1, to: own.length, isWhole: true }
        const lines = [
          { ...head, ...more },
          { line: "state", state: emptyTeamView() },
          ...own.map((event) => ({ line: "event", event })),
          { line: "end", events: own.length },
        ].map((line) => `${JSON.stringify(line)}\n`)
        const [good, cut] = [join(folder, "good.jsonl"), join(folder, "cut.jsonl")]
        await writeFile(good, lines.join(""))
        await writeFile(cut, lines.slice(0, 20).join(""))
        await page.goto(`${site.url}/replay/file`)
        const input = page.locator("input[type=file]")
        await input.setInputFiles(cut)
        await page.getByRole("alert").getByText("The file ends too early").waitFor()
        await input.setInputFiles(good)
        await page.getByRole("heading", { level: 1, name: "Crew of a file" }).waitFor()
        await standsAt(own.length, own.length)
        await page.locator("h1").focus()
        await page.keyboard.press("Home")
        await standsAt(1, own.length)
      } finally {
        await rm(folder, { recursive: true })
      }
    })
  },
)
