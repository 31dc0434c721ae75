import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { EXPORT_FORMAT, EXPORT_VERSION } from "@muster/contracts"
import { emptyTeamView, hasSignal } from "@muster/projections"
import { chromium } from "playwright-core"
import type { Browser, Page } from "playwright-core"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest"
import { CLOSING, feedOf, teamIdOf } from "../support/history.ts"
import { chromiumPath, serveBuilt } from "./chromium.ts"
import type { BuiltSite } from "./chromium.ts"
import { fakeMuster } from "./fake-muster.ts"
import type { FakeMuster } from "./fake-muster.ts"

const STEPS = 2_600
const HAPPENED = 700
const events = feedOf(STEPS, 1, CLOSING)

describe.skipIf(chromiumPath === undefined)(
  "history and replay in a real browser (needs Chromium: CHROMIUM_PATH)",
  () => {
    let browser: Browser
    let muster: FakeMuster
    let site: BuiltSite
    let page: Page
    const complaints: Array<string> = []
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: chromiumPath ?? "" })
    })
    afterAll(() => browser.close())
    beforeEach(async () => {
      complaints.length = 0
      muster = fakeMuster({ steps: STEPS, happened: HAPPENED })
      site = await serveBuilt(inject("dist"), muster)
      const context = await browser.newContext({ viewport: { width: 1360, height: 800 }, reducedMotion: "reduce" })
      page = await context.newPage()
      page.on("pageerror", (error) => complaints.push(error.message))
    })
    afterEach(async () => {
      await page.context().close()
      await site.close()
      if (complaints.length > 0) throw new Error(`the page reported: ${complaints.join("; ")}`)
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
