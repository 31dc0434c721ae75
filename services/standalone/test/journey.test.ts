import { readFile } from "node:fs/promises"
import type { ExportLine, NewMember } from "@muster/contracts"
import type { Browser, Locator, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { hasChromium, openDesk, openOffice, printedLink, violations, type Desk, type Office } from "./browser/open.ts"
import { connectApi, invite, makeOnlineTeam, type Muster } from "./harness/index.ts"

const WAIT_MILLIS = 30_000
/** More than there are places on a page that the focus goes to. */
const TABS_MAX = 120

/** Asks, asks leave, and leaves a file: all that a person meets, in one task. */
const LEADER: NewMember = {
  handle: "leader",
  name: "Leader",
  role: "leader",
  runtime: "simulated",
  runtimeOptions: {
    simulated: {
      steps: [
        { kind: "progress", percent: 20, note: "looking at the door", afterMillis: 100 },
        { kind: "question", text: "Which colour shall it be?", choices: ["Green", "Blue"] },
        { kind: "approval", action: "Remove the old paint", detail: "It can not be put back." },
        { kind: "artifact", name: "door.txt", text: "a green door\n" },
      ],
    },
  },
}
const TITLE = "Paint the door"

describe.skipIf(!hasChromium)(
  "from the first start to an exported history, by keyboard alone, with somebody else at a mouse (needs Chromium: set CHROMIUM_PATH)",
  () => {
    let office: Office
    let muster: Muster
    let browser: Browser
    let olive: Desk
    let rita: Desk
    let page: Page
    beforeAll(async () => {
      office = await openOffice(WAIT_MILLIS)
      ;({ muster, browser, desk: olive, page } = office)
    })
    afterAll(() => office?.close())

    const press = (key: string) => page.keyboard.press(key)
    const isFocused = (target: Locator) => target.evaluate((element) => element === element.ownerDocument.activeElement)
    /** Goes to a control as somebody without a mouse does. */
    const tabTo = async (target: Locator): Promise<void> => {
      await target.waitFor()
      for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
        if (await isFocused(target)) return
        await press("Tab")
      }
      throw new Error(`the focus never came to ${target.toString()}`)
    }
    const heading = (name: string) => page.getByRole("heading", { level: 1, name }).waitFor()
    const goTo = async (words: string, title: string): Promise<void> => {
      await press("Control+k")
      await page.getByRole("combobox").waitFor()
      await page.keyboard.type(words)
      await page
        .getByRole("option", { name: new RegExp(words, "i") })
        .first()
        .waitFor()
      await press("Enter")
      await heading(title)
    }

    it("is set up", async () => {
      await page.goto(printedLink(muster))
      await page.getByLabel("Your name").waitFor()
      await tabTo(page.getByLabel("Your name"))
      await page.keyboard.type("Olive Owner")
      await press("Enter")
      await heading("Needs you")
      const cookie = (await olive.context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ")
      await makeOnlineTeam(connectApi(muster.url, cookie), "Painters", [LEADER])
    })

    it("finds its team by name, and dispatches", async () => {
      await press("g")
      await press("t")
      await heading("Teams")
      await tabTo(page.getByRole("link", { name: "Painters" }).first())
      await press("Enter")
      await heading("Painters")
      await page.locator("h1").focus()
      await press("d")
      const sheet = page.getByRole("dialog", { name: "Dispatch a task" })
      await tabTo(sheet.getByLabel("Instructions", { exact: true }))
      await page.keyboard.type(TITLE)
      await press("Control+Enter")
      await sheet.waitFor({ state: "hidden" })
    })

    it("is called to answer, and answers in place", async () => {
      const { link } = await invite(muster, "Rita Reader")
      rita = await openDesk(browser)
      rita.page.setDefaultTimeout(WAIT_MILLIS)
      await rita.page.goto(link)
      await rita.page.getByRole("heading", { name: "Needs you", level: 1 }).waitFor()

      await press("g")
      await press("n")
      await heading("Needs you")
      await page.getByText("Which colour shall it be?").first().waitFor()
      await rita.page.getByText("Which colour shall it be?").first().waitFor()
      await page.waitForFunction(`document.title.includes("1")`)
      await tabTo(page.getByRole("button", { name: /^Answer/ }).first())
      await press("Enter")
      await tabTo(page.getByRole("button", { name: "Green" }))
      await press("Enter")
    })

    it("sees at once what somebody else decides, who was shown the very arguments", async () => {
      await page.getByText("Remove the old paint").first().waitFor()
      const other = rita.page
      await other.getByText("Remove the old paint").first().waitFor()
      expect(await other.getByText("Which colour shall it be?").count()).toBe(0)
      await other.getByRole("button", { name: "Decide" }).first().click()
      await other.getByText("It can not be put back.").first().waitFor()
      await other.getByRole("button", { name: "Approve" }).click()
      await page.getByText("Nothing needs you").waitFor()
      expect(await violations(page)).toEqual([])
    })

    it("finds the result", async () => {
      await goTo("Painters", "Painters")
      await page.locator("h1").focus()
      await page.locator("[data-task]").first().getByText("Succeeded").waitFor()
      await press("j")
      await press("Enter")
      const task = page.getByRole("dialog", { name: TITLE })
      await task.getByText("door.txt").first().waitFor()
      await press("Escape")
      await task.waitFor({ state: "detached" })
    })

    it("goes back to before, compares that with the end, and returns to now", async () => {
      await page.locator("h1").focus()
      await press("g")
      await press("r")
      await page.getByRole("slider", { name: "Moment of the history" }).waitFor()
      await page.getByText("Replay, read only").waitFor()
      await page.locator("[data-task]").first().getByText("Succeeded").waitFor()
      await page.locator("h1").focus()
      await press("Home")
      await page.getByText("Nothing had been dispatched by then.").waitFor()
      await press("c")
      await press("End")
      const compared = page.getByRole("region", { name: "What changed between two moments" })
      await compared.getByText(TITLE).first().waitFor()
      expect(await page.getByRole("button", { name: /^Dispatch\b/ }).count()).toBe(0)
      await press("c")
    })

    it("takes the history away as a file, line by line", async () => {
      const saved = page.waitForEvent("download")
      await tabTo(page.getByRole("button", { name: "Export", exact: true }))
      await press("Enter")
      const path = await (await saved).path()
      const lines = (await readFile(path, "utf8"))
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as ExportLine)
      expect([lines[0]?.line, lines.at(-1)?.line]).toEqual(["head", "end"])
      const types = lines.flatMap((each) => (each.line === "event" ? [each.event.type] : []))
      for (const type of ["TaskDispatched", "TaskQuestionAnswered", "TaskApprovalDecided", "TaskSucceeded"])
        expect(types).toContain(type)
      await page.locator("h1").focus()
      await press("l")
      await page.waitForURL(/\/live$/)
      expect(olive.faults).toEqual([])
      expect(rita.faults).toEqual([])
    })
  },
)
