import type { Accepted, NewMember } from "@muster/contracts"
import type { Locator, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { hasChromium, openOffice, picture, printedLink, violations, type Desk, type Office } from "./browser/open.ts"
import { connectApi, waitOnline, type Api, type Muster } from "./harness/index.ts"

const WAIT_MILLIS = 20_000
/** Longer than any test waits: it goes on until the task is cancelled. */
const LONG_MILLIS = 10 * 60 * 1_000

const thinker: NewMember = {
  handle: "thinker",
  name: "Thinker",
  role: "leader",
  runtime: "simulated",
  runtimeOptions: {
    simulated: {
      steps: [
        { kind: "thought", text: "What is there?\n\nThe letters may be sorted already.", afterMillis: 0 },
        {
          kind: "tool",
          title: "Read the letters",
          input: '{"path":"letters.txt"}',
          result: "a c b",
          durationMillis: 0,
        },
        { kind: "tool", title: "Open the drawer", result: "It is locked.", fails: true, durationMillis: 0 },
        { kind: "usage", usage: { model: "small-1", inputTokens: 1_200, outputTokens: 34, costMicros: 20_000 } },
        {
          kind: "message",
          text: "They are **not** sorted. <img src='https://elsewhere.invalid/pixel.png'>",
          afterMillis: 0,
        },
        { kind: "tool", title: "Sort the letters by hand", input: "a c b", durationMillis: LONG_MILLIS },
      ],
    },
  },
}

/** It has neither a model nor, as a rule, its program: it can say so and nothing else. */
const nowhere: NewMember = {
  handle: "nowhere",
  name: "Nowhere",
  runtime: "acp",
  runtimeOptions: { acp: { agent: "codex" } },
}

describe.skipIf(!hasChromium)("agents at work in a real browser (needs Chromium: set CHROMIUM_PATH)", () => {
  let office: Office
  let muster: Muster
  let desk: Desk
  let page: Page
  let api: Api
  let teamId: string
  beforeAll(async () => {
    office = await openOffice(WAIT_MILLIS)
    ;({ muster, desk, page } = office)
    await page.goto(printedLink(muster))
    await page.getByLabel("Your name").fill("Olive Owner")
    await page.getByRole("button", { name: "Set up Muster" }).click()
    await page.getByRole("heading", { name: "Needs you", level: 1 }).waitFor()
    const cookies = await desk.context.cookies()
    api = connectApi(muster.url, cookies.map(({ name, value }) => `${name}=${value}`).join("; "))
    teamId = (await api.json<Accepted>("POST", "/teams", { body: { name: "Letters" } })).id
    for (const body of [thinker, nowhere]) await api.json<Accepted>("POST", `/teams/${teamId}/members`, { body })
    await waitOnline(api, teamId)
    await page.goto(new URL(`/teams/${teamId}/live`, page.url()).href)
  })
  afterAll(() => office?.close())

  const member = (handle: string): Locator =>
    page.getByRole("region", { name: "Members" }).getByRole("listitem", { name: `@${handle}` })

  it("shows in the roster what a member is doing now, and why another one cannot work", async () => {
    await api.json<Accepted>("POST", `/teams/${teamId}/tasks`, { body: { title: "Sort the letters" } })
    await member("thinker").getByText("Sort the letters by hand").waitFor()
    await member("nowhere")
      .getByText(/Cannot work: \w+/)
      .waitFor()
  })

  it("shows in the thread of the task what its agent did, step by step, and what that cost", async () => {
    await page
      .getByRole("region", { name: "List of tasks" })
      .getByRole("button", { name: /Sort the letters/ })
      .click()
    const task = page.getByRole("dialog", { name: /Sort the letters/ })
    const thread = task.getByRole("region", { name: "Timeline" })
    await thread.getByText("[simulated] What is there?").first().waitFor()
    await task.getByText("Used in this run: 1.2K tokens in, 34 out, $0.02 (small-1)").waitFor()
    await task.getByText(/Doing now: .*Sort the letters by hand/).waitFor()

    const tool = thread.getByText("[simulated] Read the letters")
    expect(await thread.getByText("a c b", { exact: false }).first().isVisible()).toBe(false)
    await tool.click()
    await thread.getByText(/"path":"letters.txt"/).waitFor()
    await thread.getByText("failed", { exact: true }).waitFor()
    expect(
      await thread.getByText("not", { exact: true }).evaluate((node: { readonly tagName: string }) => node.tagName),
    ).toBe("STRONG")
    expect(await thread.locator("img").count()).toBe(0)
    await picture(page, "agent-steps")
    expect(await violations(page)).toEqual([])
  })

  it("ends the step that was going on when the task is cancelled; what is unfolded stays so", async () => {
    const task = page.getByRole("dialog", { name: /Sort the letters/ })
    const thread = task.getByRole("region", { name: "Timeline" })
    await task.getByRole("button", { name: "Cancel…" }).click()
    const question = page.getByRole("dialog", { name: /Cancel T-\d+\?/ })
    await question.getByLabel("Reason").fill("sorted already")
    await question.getByRole("button", { name: "Cancel task" }).click()
    await task.getByText("Cancelled").first().waitFor()
    await thread.getByText("failed", { exact: true }).nth(1).waitFor()
    expect(await thread.getByText(/"path":"letters.txt"/).isVisible()).toBe(true)
    expect(desk.faults).toEqual([])
  })

  it("offers the runtimes in the form of a member, with what each needs", async () => {
    await page.getByRole("button", { name: "Close task" }).click()
    await page.getByRole("button", { name: "Add member" }).first().click()
    const form = page.getByRole("dialog", { name: "Add a member" })
    await form.getByLabel("Handle").fill("coder")
    await form.getByText("Coding agent", { exact: true }).click()
    // What is missing first: the program where this machine has none, else a model.
    await form
      .getByText(/npm run runtimes -- install opencode|The organisation has no model/)
      .first()
      .waitFor()
    await form.getByText("Allow all", { exact: true }).click()
    await form.getByRole("button", { name: "Add member" }).click()
    await form.waitFor({ state: "hidden" })
    await member("coder").getByText("coding agent").waitFor()
    await member("coder")
      .getByText(/Cannot work: /)
      .waitFor()
  })
})
