import { isOpen } from "@muster/domain"
import { tasksNewestFirst } from "@muster/projections"
import type { Page } from "playwright-core"
import { beforeEach, describe, expect, it } from "vitest"
import { chromiumPath } from "./chromium.ts"
import type { BuiltSite } from "./chromium.ts"
import type { FakeMuster } from "./fake-muster.ts"
import { useBrowser } from "./use-browser.ts"

describe.skipIf(chromiumPath === undefined)("a team in a real browser (needs Chromium: set CHROMIUM_PATH)", () => {
  const { openFresh } = useBrowser()
  let muster: FakeMuster
  let site: BuiltSite
  let page: Page
  beforeEach(async () => {
    ;({ muster, site, page } = await openFresh({ steps: 1_200, happened: 300 }, { again: { status: 200 } }))
  })

  const open = async (view: string) => {
    await page.goto(`${site.url}/teams/${muster.teamId}/${view}`)
    await page.getByRole("heading", { level: 1, name: muster.view().team?.name ?? "" }).waitFor()
  }
  const openTasks = () => Object.values(muster.view().tasks).filter((task) => isOpen(task.phase)).length
  const order = () => tasksNewestFirst(muster.view())

  it("shows what happens without a reload, and says up to which position", async () => {
    await open("live")
    await page.getByText(`${openTasks()} open`, { exact: true }).waitFor()
    const before = openTasks()
    do muster.happen(5)
    while (openTasks() === before)
    await page.getByText(`${openTasks()} open`, { exact: true }).waitFor()
    await page.getByText(`position ${new Intl.NumberFormat("en").format(Number(muster.view().position))}`).waitFor()
  })

  it("remembers the team in the rail", async () => {
    await open("live")
    await page.getByRole("link", { name: muster.view().team?.name ?? "", exact: true }).waitFor()
  })

  it("opens a task from the keyboard, walks to the next one, and gives the focus back on Escape", async () => {
    await open("live")
    await page.getByRole("heading", { name: "Tasks" }).waitFor()
    await page.locator("[data-task]").first().waitFor()
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    const [first, second] = order()
    await page.getByRole("dialog", { name: `T-${first?.number} ` }).waitFor()
    expect(new URL(page.url()).searchParams.get("task")).toBe(first?.id)
    await page.keyboard.press("j")
    await page.getByRole("dialog", { name: `T-${second?.number} ` }).waitFor()
    await page.keyboard.press("Escape")
    await page.getByRole("dialog").waitFor({ state: "detached" })
    await page.waitForFunction((id) => document.activeElement?.getAttribute("data-task") === id, second?.id)
  })

  it("leaves the letters to who types a message", async () => {
    await open("live")
    const composer = page.getByRole("textbox", { name: "Message the team" })
    await composer.fill("")
    await composer.pressSequentially("djk?")
    expect(await composer.inputValue()).toBe("djk?")
    expect(await page.getByRole("dialog").count()).toBe(0)
  })

  it("keeps what was typed over the end of a session, and goes on live after signing in again", async () => {
    await open("live")
    const composer = page.getByRole("textbox", { name: "Message the team" })
    await composer.fill("do not lose me")
    muster.endSession()
    const dialog = page.getByRole("dialog", { name: "Session ended" })
    await dialog.getByLabel("Sign-in link or code").fill("again")
    await dialog.getByRole("button", { name: "Sign in" }).click()
    await dialog.waitFor({ state: "detached" })
    expect(await composer.inputValue()).toBe("do not lose me")
    muster.happen(100)
    await page.getByText(`${openTasks()} open`, { exact: true }).waitFor()
  })

  it("keeps a draft of a task over a reload", async () => {
    await open("live")
    await page.getByRole("button", { name: "Dispatch", exact: true }).click()
    const sheet = page.getByRole("dialog", { name: "Dispatch a task" })
    await sheet.getByLabel("Instructions").fill("# Count the stars\nAll of them.")
    expect(await sheet.getByLabel("Title").inputValue()).toBe("Count the stars")
    await page.reload()
    await page.getByRole("button", { name: "Dispatch", exact: true }).click()
    expect(await sheet.getByLabel("Instructions").inputValue()).toBe("# Count the stars\nAll of them.")
  })

  it("replays any moment by the slider, puts it into the address, and leads back to live", async () => {
    await open("replay")
    const slider = page.getByRole("slider", { name: "Moment of the history" })
    await slider.focus()
    await page.keyboard.press("Home")
    await page.waitForFunction(() =>
      document.querySelector("input[type=range]")?.getAttribute("aria-valuetext")?.startsWith("event 1 of 300, "),
    )
    expect(await slider.getAttribute("aria-valuetext")).toMatch(/^event 1 of 300, .+, [A-Z]\w+$/)
    await page.getByText("Nothing had been dispatched by then.").waitFor()
    await page.waitForURL(/\?at=\d+$/)
    const link = page.url()
    muster.happen(20)
    await page.getByRole("button", { name: "+20 since" }).click()
    await page.waitForFunction(() =>
      document.querySelector("input[type=range]")?.getAttribute("aria-valuetext")?.startsWith("event 320 of 320"),
    )
    await page.goto(link)
    await page.waitForFunction(() =>
      document.querySelector("input[type=range]")?.getAttribute("aria-valuetext")?.startsWith("event 1 of"),
    )
    await page.getByRole("button", { name: "Back to live" }).click()
    await page.waitForURL(/\/live$/)
  })

  it("offers nothing that commands while it replays", async () => {
    await open("replay")
    await page.locator("[data-task]").first().click()
    const panel = page.getByRole("dialog")
    await panel.getByRole("heading", { name: "Timeline" }).waitFor()
    await page.keyboard.press("d")
    for (const name of ["Dispatch", "Cancel…", "Approve", "Retry", "Redrive", "Add member", "Send message"])
      expect(await page.getByRole("button", { name, exact: true }).count()).toBe(0)
    expect(await page.getByRole("dialog").count()).toBe(1)
  })

  it("leads from an event of the history to the moment in replay", async () => {
    await open("history")
    await page.getByRole("link", { name: "Show the team at this moment" }).nth(5).click()
    await page.waitForFunction(() =>
      document.querySelector("input[type=range]")?.getAttribute("aria-valuetext")?.startsWith("event 295 of 300"),
    )
  })

  it("tells that a team is not there, with the id to report", async () => {
    await page.goto(`${site.url}/teams/0199c000-0000-7000-8000-0000000000ff/live`)
    await page.getByRole("heading", { level: 1, name: "There is no such team here" }).waitFor()
    await page.getByText("request-1").waitFor()
  })

  it("shows one pane at a time where there is little room", async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    await open("live")
    await page.getByRole("tab", { name: "Tasks" }).click()
    await page.locator("[data-task]").first().waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
  })
})
