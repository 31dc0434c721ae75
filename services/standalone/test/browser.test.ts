import { readFileSync } from "node:fs"
import type { Accepted, NewMember } from "@muster/contracts"
import type { Browser, Locator, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import {
  hasChromium,
  openDesk,
  openOffice,
  picture,
  printedLink,
  violations,
  type Desk,
  type Office,
} from "./browser/open.ts"
import { connectApi, invite, waitOnline, type Api, type Muster } from "./harness/index.ts"

const goToTeams = async (page: Page): Promise<void> => {
  await page.getByRole("link", { name: "Teams", exact: true }).first().click()
  await page.getByRole("heading", { name: "Teams", level: 1 }).waitFor()
}

const WAIT_MILLIS = 20_000
/** More than there are events in this story. */
const REPLAY_STEPS_MAX = 200
const title = { worker: "Sort the letters", asker: "Paint the door", hanger: "Wait for ever", late: "Sweep the yard" }

/** Members whose scripts give the panel something to show. */
const MEMBERS: readonly NewMember[] = [
  {
    handle: "worker",
    name: "Worker",
    role: "leader",
    runtime: "simulated",
    slots: 2,
    runtimeOptions: {
      simulated: {
        steps: [
          { kind: "progress", percent: 20, note: "opening the letters", afterMillis: 300 },
          { kind: "output", text: "first line of output\n", afterMillis: 200 },
          { kind: "progress", percent: 60, note: "sorting the letters", afterMillis: 1_500 },
          { kind: "output", text: "second line of output\n", afterMillis: 1_500 },
          { kind: "artifact", name: "letters.txt", text: "a b c\n" },
        ],
      },
    },
  },
  {
    handle: "asker",
    name: "Asker",
    runtime: "simulated",
    runtimeOptions: {
      simulated: { steps: [{ kind: "question", text: "Which colour shall it be?", choices: ["Green", "Blue"] }] },
    },
  },
  {
    handle: "hanger",
    name: "Hanger",
    runtime: "simulated",
    runtimeOptions: {
      simulated: { steps: [{ kind: "progress", percent: 10, note: "waiting", afterMillis: 100 }, { kind: "hang" }] },
    },
  },
]

describe.skipIf(!hasChromium)("the dashboard in a real browser (needs Chromium: set CHROMIUM_PATH)", () => {
  let office: Office
  let muster: Muster
  let browser: Browser
  let olive: Desk
  let page: Page
  let api: Api
  let teamId: string
  beforeAll(async () => {
    office = await openOffice(WAIT_MILLIS)
    ;({ muster, browser, desk: olive, page } = office)
  })
  afterAll(() => office?.close())

  const row = (on: Page, text: string): Locator =>
    on.getByRole("region", { name: "List of tasks" }).getByRole("button", { name: text })
  const panel = (on: Page, text: string): Locator => on.getByRole("dialog", { name: text })
  const openTask = async (text: string): Promise<Locator> => {
    await row(page, text).click()
    await panel(page, text).waitFor()
    return panel(page, text)
  }
  const closeTask = () => page.getByRole("button", { name: "Close task" }).click()

  /** Dispatches from the panel, as a person does: target, instructions, button. */
  const dispatchByHand = async (handle: string, instructions: string): Promise<void> => {
    await page
      .getByRole("button", { name: /^Dispatch\b/ })
      .first()
      .click()
    const sheet = page.getByRole("dialog", { name: "Dispatch a task" })
    await sheet.getByRole("button", { name: /^To\b/ }).click()
    await page
      .getByRole("option", { name: new RegExp(`@${handle}\\b`) })
      .first()
      .click()
    await sheet.getByLabel("Instructions", { exact: true }).fill(instructions)
    await sheet.getByRole("button", { name: /^Dispatch\b/ }).click()
    await sheet.waitFor({ state: "hidden" })
  }

  it("is set up through the printed link, whose code leaves the address bar", async () => {
    await page.goto(printedLink(muster))
    await page.getByLabel("Your name").fill("Olive Owner")
    expect(page.url()).not.toContain("code")
    await page.getByRole("button", { name: "Set up Muster" }).click()
    await page.getByRole("heading", { name: "Needs you", level: 1 }).waitFor()
    await goToTeams(page)
    await page
      .getByRole("link", { name: /Starter/ })
      .first()
      .waitFor()
    const cookies = await olive.context.cookies()
    expect(cookies.map(({ httpOnly, sameSite }) => ({ httpOnly, sameSite }))).toContainEqual({
      httpOnly: true,
      sameSite: "Strict",
    })
    api = connectApi(muster.url, cookies.map(({ name, value }) => `${name}=${value}`).join("; "))
  })

  it("makes a team, and shows its members come online", async () => {
    await page.getByRole("button", { name: "New team" }).click()
    await page.getByRole("heading", { name: "New team", level: 1 }).waitFor()
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("Letters")
    // Enter goes on where a line of text is written; Ctrl Enter everywhere.
    await page.keyboard.press("Enter")
    for (const step of ["Members", "Limits", "Review"]) {
      await page.getByRole("heading", { name: step, level: 2 }).waitFor()
      await page.keyboard.press("Control+Enter")
    }
    await page.waitForURL(/\/teams\/[0-9a-f-]{36}\/live/)
    teamId = /\/teams\/([0-9a-f-]{36})\//.exec(page.url())?.[1] ?? ""
    for (const member of MEMBERS) await api.json<Accepted>("POST", `/teams/${teamId}/members`, { body: member })
    await waitOnline(api, teamId)
    for (const { handle } of MEMBERS) {
      const member = page.getByRole("region", { name: "Members" }).getByRole("listitem", { name: `@${handle}` })
      await member.getByText("Online").first().waitFor()
    }
    await page.getByText("3 online").first().waitFor()
    // From here on the page is never loaded again.
    await page.evaluate("globalThis.neverReloaded = true")
  })

  it("dispatches from the panel; progress, output and result arrive by themselves", async () => {
    await dispatchByHand("worker", `${title.worker}\n\nBy name, please.`)
    const task = await openTask(title.worker)
    await task
      .getByText(/Running/)
      .first()
      .waitFor()
    await task.getByText("opening the letters").first().waitFor()
    await task.getByText("first line of output").waitFor()
    await task.getByText("sorting the letters").first().waitFor()
    expect(await task.getByRole("progressbar").first().getAttribute("aria-valuenow")).toMatch(/^[26]0/)
    await task.getByText("second line of output").waitFor()
    await task.getByText("Succeeded").first().waitFor()
    await task.getByRole("heading", { name: "Result" }).waitFor()
    const download = page.waitForEvent("download")
    await task.getByRole("link", { name: /letters\.txt/ }).click()
    expect((await download).suggestedFilename()).toBe("letters.txt")
    await closeTask()
  })

  it("lets a person answer a question", async () => {
    await dispatchByHand("asker", title.asker)
    const task = await openTask(title.asker)
    await task.getByText("Which colour shall it be?").first().waitFor()
    await task.getByText("Needs input").first().waitFor()
    await task.getByRole("button", { name: "Green" }).click()
    await task.getByText("Succeeded").first().waitFor()
    await task.getByText(/Answered: Green/).waitFor()
    await closeTask()
  })

  it("cancels a running task", async () => {
    await dispatchByHand("hanger", title.hanger)
    const task = await openTask(title.hanger)
    await task
      .getByText(/Running/)
      .first()
      .waitFor()
    await task.getByRole("button", { name: "Cancel…" }).click()
    const question = page.getByRole("dialog", { name: /Cancel T-\d+\?/ })
    await question.getByLabel("Reason").fill("it takes too long")
    await question.getByRole("button", { name: "Cancel task" }).click()
    await task.getByText("Cancelled").first().waitFor()
    await closeTask()
  })

  it("carries a chat between two people in two browsers", async () => {
    const rita = await openDesk(browser)
    const { link } = await invite(muster, "Rita Reader")
    await rita.page.goto(link)
    await goToTeams(rita.page)
    await rita.page
      .getByRole("link", { name: /Letters/ })
      .first()
      .click()
    const write = async (on: Page, text: string) => {
      await on.getByRole("textbox", { name: "Message the team" }).fill(text)
      await on.getByRole("button", { name: "Send message" }).click()
    }
    const log = (on: Page) => on.getByRole("log", { name: "Messages" })
    await write(page, "Is the door painted? See T-2.")
    await log(rita.page).getByText("Is the door painted?").waitFor()
    await write(rita.page, "It is, in green.")
    await log(page).getByText("It is, in green.").waitFor()
    await log(page).getByText("Rita Reader").first().waitFor()
    await log(rita.page).getByText("Olive Owner").first().waitFor()

    // A file goes along, and the other reads what it says.
    const bytes = Buffer.from("Colour: green\n")
    await page
      .locator("input[type=file]")
      .first()
      .setInputFiles({ name: "Farbe & Ton.txt", mimeType: "x/y", buffer: bytes })
    await page.getByRole("list", { name: "Files" }).getByText("Farbe & Ton.txt", { exact: true }).waitFor()
    await write(page, "Here is the colour.")
    const file = log(rita.page).getByRole("link", { name: "Download Farbe & Ton.txt 14 B" })
    const [download] = await Promise.all([rita.page.waitForEvent("download"), file.click()])
    expect(download.suggestedFilename()).toBe("Farbe & Ton.txt")
    expect(readFileSync(await download.path(), "utf8")).toBe("Colour: green\n")

    // A word that is no command is not sent; one that is does what it says.
    const composer = page.getByRole("textbox", { name: "Message the team" })
    await composer.fill("/explode")
    await composer.press("Enter")
    await page.getByRole("alert").getByText("There is no command /explode").waitFor()
    expect(await composer.inputValue()).toBe("/explode")
    await composer.fill("/w")
    await page.getByRole("listbox", { name: "Commands" }).getByText("/who").waitFor()
    await composer.press("Tab")
    await composer.press("Enter")
    await page.getByRole("status").getByText("Who is here").waitFor()
    await page.getByRole("button", { name: "Close the answer" }).click()

    // What is said at a task stands in its thread, and as one line in the chat.
    const task = await openTask(title.worker)
    await task.getByLabel("Say something about this task").fill("And the handle?")
    await task.getByRole("button", { name: "Say it" }).click()
    await closeTask()
    await log(rita.page)
      .getByRole("button", { name: /^1 reply in the thread of T-\d+, by Olive Owner/ })
      .waitFor()
    await rita.context.close()
    expect(rita.faults).toEqual([])
  })

  it("has shown all this without loading the page again", async () => {
    expect(await page.evaluate("globalThis.neverReloaded")).toBe(true)
    expect(olive.faults).toEqual([])
  })

  it.each(["light", "dark"] as const)("has no accessibility violation on the team page in %s", async (colorScheme) => {
    await page.emulateMedia({ colorScheme })
    await picture(page, `team-${colorScheme}`)
    expect(await violations(page)).toEqual([])
    await openTask(title.worker)
    await picture(page, `task-${colorScheme}`)
    expect(await violations(page)).toEqual([])
    await closeTask()
    await page
      .getByRole("button", { name: /^Dispatch\b/ })
      .first()
      .click()
    await page.getByRole("dialog", { name: "Dispatch a task" }).waitFor()
    await picture(page, `dispatch-${colorScheme}`)
    expect(await violations(page)).toEqual([])
    await page.keyboard.press("Escape")
    await page.getByRole("dialog", { name: "Dispatch a task" }).waitFor({ state: "hidden" })
  })

  it("drags the replay back to an earlier state, and returns to live", async () => {
    await page.getByRole("link", { name: "Replay" }).first().click()
    const slider = page.getByRole("slider")
    await slider.waitFor()
    await row(page, title.hanger).waitFor()
    const box = await slider.boundingBox()
    if (box === null) throw new TypeError("the slider is not shown")
    const middle = box.y + box.height / 2
    await page.mouse.move(box.x + box.width - 4, middle)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width / 2, middle, { steps: 10 })
    await page.mouse.move(box.x + 1, middle, { steps: 10 })
    await page.mouse.up()
    // At the first event nothing had been dispatched yet.
    await row(page, title.hanger).waitFor({ state: "detached" })
    await row(page, title.worker).waitFor({ state: "detached" })
    await picture(page, "replay-earliest")
    // Step forward until the first task runs: the state of then, not of now.
    const running = row(page, title.worker).getByText(/Running/)
    for (let step = 0; step < REPLAY_STEPS_MAX && !(await running.isVisible()); step++) {
      const before = await slider.inputValue()
      await slider.press("ArrowRight")
      await page.waitForFunction(`document.querySelector("input[type=range]").value !== "${before}"`)
    }
    expect(await running.isVisible()).toBe(true)
    expect(await row(page, title.worker).getByText("Succeeded").count()).toBe(0)
    expect(await row(page, title.hanger).count()).toBe(0)
    await picture(page, "replay-running")
    expect(await violations(page)).toEqual([])
    expect(await page.getByRole("button", { name: /^Dispatch\b/ }).count()).toBe(0)
    await page.getByRole("button", { name: /^Back to live/ }).click()
    await row(page, title.hanger).getByText("Cancelled").waitFor()
    await row(page, title.worker).getByText("Succeeded").waitFor()
    expect(olive.faults).toEqual([])
  })

  it("says when the connection is lost, and goes on by itself after a restart", async () => {
    await page.evaluate("globalThis.neverReloaded = true")
    await muster.kill9()
    await page.getByText("Reconnecting").first().waitFor()
    await muster.start()
    await api.json<Accepted>("POST", `/teams/${teamId}/tasks`, { body: { title: title.late } })
    await row(page, title.late).waitFor()
    await page
      .getByText(/^Live$/)
      .first()
      .waitFor()
    expect(await page.evaluate("globalThis.neverReloaded")).toBe(true)
  })

  it("signs out, and shows nothing to a stranger", async () => {
    await olive.context.clearCookies()
    await page.goto(`${new URL(page.url()).origin}/teams/${teamId}/live`)
    await page.getByRole("heading", { name: "Sign in" }).first().waitFor()
    expect(await page.getByText(title.worker).count()).toBe(0)
  })
})
