import { tasksNewestFirst } from "@muster/projections"
import type { Page } from "playwright-core"
import { beforeEach, describe, expect, it } from "vitest"
import { BULK_PART_TASKS } from "#src/limits.ts"
import { runLimitText } from "#src/pages/team/dispatch/run-limit-text.ts"
import { setsOf } from "#src/pages/team/tasks/groups.ts"
import { endedTasks } from "#src/team/panes/results.ts"
import { possibleActions } from "#src/team/task/task-actions.ts"
import { chromiumPath } from "./chromium.ts"
import type { BuiltSite } from "./chromium.ts"
import type { FakeMuster } from "./fake-muster.ts"
import { useBrowser } from "./use-browser.ts"

/** What an agent might write that wants to be more than a file. */
const HOSTILE = `<script>window.ran='script'</script><img src=x onerror="window.ran='error'"><svg onload="window.ran='load'"/><a href="javascript:window.ran='link'">press me</a>`

describe.skipIf(chromiumPath === undefined)("tasks in a real browser (needs Chromium: set CHROMIUM_PATH)", () => {
  const { openFresh } = useBrowser()
  let muster: FakeMuster
  let site: BuiltSite
  let page: Page
  beforeEach(async () => {
    ;({ muster, site, page } = await openFresh({ steps: 3_000 }))
  })

  const open = async (view: string) => {
    await page.goto(`${site.url}/teams/${muster.teamId}/${view}`)
    await page.getByRole("heading", { level: 1, name: muster.view().team?.name ?? "" }).waitFor()
  }
  const focusIs = (id: string | undefined) =>
    page.waitForFunction((task) => document.activeElement?.getAttribute("data-task") === task, id)

  it("lead over a board by the arrow keys; Space looks at one, J at the next, Escape gives the focus back", async () => {
    await open("tasks?view=board")
    const columns = setsOf(tasksNewestFirst(muster.view()), "state", muster.view())
    const full = columns.filter(({ tasks }) => tasks.length > 1)
    const [first, second] = full
    const cards = first?.tasks.map(({ id }) => id) ?? []
    await page.locator(`[data-task="${cards[0]}"]`).focus()
    await page.keyboard.press("ArrowDown")
    await focusIs(cards[1])
    await page.keyboard.press("End")
    await focusIs(cards.at(-1))
    await page.keyboard.press("Home")
    await focusIs(cards[0])
    await page.keyboard.press("ArrowRight")
    await focusIs(second?.tasks[0]?.id)
    await page.keyboard.press("Space")
    await page.getByRole("dialog", { name: `T-${second?.tasks[0]?.number} ` }).waitFor()
    await page.keyboard.press("j")
    await page.getByRole("dialog", { name: `T-${second?.tasks[1]?.number} ` }).waitFor()
    await page.keyboard.press("Escape")
    await focusIs(second?.tasks[1]?.id)
  })

  it("are selected with X on a list, and only what their states allow is offered for them", async () => {
    await open("tasks?group=member")
    await page.locator("[data-task]").first().waitFor()
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    await page.getByText("1 selected", { exact: true }).waitFor()
    const id = await page.evaluate(() => document.activeElement?.getAttribute("data-task"))
    const task = muster.view().tasks[id ?? ""]
    if (task === undefined) throw new Error("the focus is on no task")
    const can = possibleActions(task)
    const offered = (name: string) => page.getByRole("button", { name, exact: true }).count()
    expect(await offered("Cancel 1…")).toBe(can.cancel ? 1 : 0)
    expect(await offered("Give 1 to…")).toBe(can.reassign ? 1 : 0)
    expect(await offered("Retry 1")).toBe(can.retry ? 1 : 0)
    await page.keyboard.press("x")
    await page.getByText("1 selected", { exact: true }).waitFor({ state: "detached" })
  })

  it("stand on an axis of time, few of them drawn, zoomed by keys, and as a table", async () => {
    // What goes on lasts until now: soon after the last event, so that there is more than one long bar to see.
    const last = Object.values(muster.view().tasks).reduce(
      (at, { lastReportAt }) => ((lastReportAt ?? "") > at ? (lastReportAt ?? "") : at),
      "",
    )
    await page.clock.setFixedTime(new Date(Date.parse(last) + 60_000))
    await open("tasks?view=timeline")
    const rows = page.locator("[data-component=timeline-row]")
    await rows.first().waitFor()
    expect(Object.keys(muster.view().tasks).length).toBeGreaterThan(60)
    expect(await page.locator("[data-component=task-timeline] *").count()).toBeLessThan(900)
    const widths = () => rows.locator("[data-slot=stretch]").evaluateAll((bars) => bars.map((bar) => bar.clientWidth))
    const before = await widths()
    const axis = page.getByRole("region", { name: "Tasks over time" })
    await axis.press("+")
    await axis.press("+")
    await expect.poll(widths).not.toEqual(before)
    await axis.press("0")
    await expect.poll(widths).toEqual(before)
    await page.getByRole("button", { name: "As a table" }).click()
    await page.getByRole("columnheader", { name: "Waited" }).waitFor()
  })

  it("show files of agents, and a file that wants to run a script runs none", async () => {
    const ended = endedTasks(Object.values(muster.view().tasks)).find(({ artifacts }) => artifacts.length > 0)
    const artifact = ended?.artifacts[0]
    if (ended === undefined || artifact === undefined) throw new Error("the life has no file")
    await page.route("**/artifacts/*", (route) => route.fulfill({ contentType: "text/html", body: HOSTILE }))
    await open(`results?result=${ended.id}`)
    await page
      .getByRole("button", { name: `Show ${artifact.name}` })
      .first()
      .click()
    const preview = page.getByRole("region", { name: `Content of ${artifact.name}` })
    await preview.getByText("press me").waitFor()
    expect(await page.evaluate(() => "ran" in window)).toBe(false)
    expect(await preview.locator("script, iframe, a, img, svg[onload]").count()).toBe(0)
  })

  it("are dispatched from a panel that opens at once, and tells what to know before sending", async () => {
    await open("tasks")
    await page.keyboard.press("d")
    const sheet = page.getByRole("dialog", { name: "Dispatch a task" })
    await sheet.getByLabel("Instructions").fill("Count the stars")
    await sheet.getByText("More options").click()
    await sheet.getByText(runLimitText(muster.view().team?.runTokensMax)).waitFor()
    const where = sheet.getByRole("link", { name: "Limits in the settings" })
    expect(await where.getAttribute("href")).toBe(`/teams/${muster.teamId}/settings`)
    await sheet.getByRole("button", { name: "Schedule…" }).click()
    const schedule = page.getByRole("dialog", { name: "New schedule" })
    await schedule.waitFor()
    expect(await schedule.getByLabel("Task title").or(schedule.getByLabel("Title")).first().inputValue()).toBe(
      "Count the stars",
    )
  })

  it("that nobody understood are tried again by the bar of all lists, in parts and in sight of the operation centre", async () => {
    const sent: Array<ReadonlyArray<string>> = []
    await page.route("**/dead-letters/redrive", async (route) => {
      const { entries } = route.request().postDataJSON() as { readonly entries: ReadonlyArray<string> }
      sent.push(entries)
      const verdicts = entries.map((entry, index) =>
        sent.length === 1 && index === 0
          ? { entry, ok: false, type: "urn:muster:problem:conflict", detail: "It was settled before." }
          : { entry, ok: true, position: "1" },
      )
      await route.fulfill({ status: 202, json: { verdicts, position: "1" } })
    })
    await open("tasks?tab=dead")
    const letters = page.getByRole("region", { name: "Bus entries that could not be understood" })
    await letters.getByRole("checkbox", { name: "Select all" }).check()
    const names = await letters.getByRole("checkbox", { name: /^Select (?!all)/ }).count()
    await letters.getByText(`${names} selected`).waitFor()
    await letters.getByRole("button", { name: `Try ${names} again` }).click()
    await letters.getByText(`${names} selected`).waitFor({ state: "detached" })
    await page.locator("[data-component=operation-button]").getByText("1 operation failed").click()
    const centre = page.getByRole("dialog", { name: "Operations" })
    await centre.getByText(`${names - 1} of ${names} done`).waitFor()
    await centre.getByText("It was settled before.").waitFor()
    expect(sent.flat()).toHaveLength(names)
    expect(new Set(sent.flat()).size).toBe(names)
    expect(sent.every((part) => part.length <= BULK_PART_TASKS)).toBe(true)
  })
})
