import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Accepted, ChatMessageDoc, NewMember, TaskDoc } from "@muster/contracts"
import { isOpen } from "@muster/domain"
import { installScriptedAgent, type ScriptedStep, scriptText } from "@muster/runtime-agent/testing"
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { hasChromium, openBrowser, openDesk, violations, type Desk } from "./browser/open.ts"
import {
  countOutcomes,
  invite,
  makeOnlineTeam,
  readOutput,
  startSignedIn,
  waitFor,
  waitOnline,
  type Api,
  type MadeTeam,
  type Muster,
} from "./harness/index.ts"

const WAIT_MILLIS = 120_000
const PAGE_WAIT_MILLIS = 120_000
const runtimesDir = mkdtempSync(join(tmpdir(), "muster-proof-chat-"))

/** Says something, goes on for a while, and is done; or waits to be stopped. */
const TALKER: NewMember = {
  handle: "talker",
  runtime: "simulated",
  runtimeOptions: {
    simulated: {
      steps: [
        { kind: "output", text: "let me see\n", afterMillis: 200 },
        { kind: "question", text: "Go on?", choices: ["yes"] },
      ],
    },
  },
}
const FAILING: NewMember = {
  handle: "failing",
  runtime: "simulated",
  runtimeOptions: { simulated: { steps: [{ kind: "fail", message: "there is no door", retryable: false }] } },
}
const WAITING: NewMember = {
  handle: "waiting",
  runtime: "simulated",
  runtimeOptions: { simulated: { steps: [{ kind: "hang" }] } },
}

let muster: Muster
let api: Api
let team: MadeTeam
beforeAll(async () => {
  const argv = await installScriptedAgent(runtimesDir)
  ;({ muster, api } = await startSignedIn({ env: { MUSTER_RUNTIMES_DIR: runtimesDir }, isBundled: true }))
  const thinker: NewMember = {
    handle: "thinker",
    role: "leader",
    runtime: "acp",
    slots: 2,
    runtimeOptions: { acp: { agent: "custom", argv } },
  }
  team = await makeOnlineTeam(api, "Talking", [thinker, TALKER, FAILING, WAITING])
})
afterAll(async () => {
  await muster?.stop()
  rmSync(runtimesDir, { recursive: true, force: true })
})

const say = (text: string): Promise<Accepted> =>
  api.json<Accepted>("POST", `/teams/${team.teamId}/chat`, { body: { text, mentions: [team.memberIds[0]] } })
const script = (...steps: readonly ScriptedStep[]) => scriptText(steps)
const chat = async () =>
  (await api.json<{ items: readonly ChatMessageDoc[] }>("GET", `/teams/${team.teamId}/chat`)).items.toReversed()
const turnOf = async ({ id, position }: Accepted): Promise<TaskDoc> => {
  const { items } = await api.json<{ items: readonly TaskDoc[] }>(
    "GET",
    `/teams/${team.teamId}/tasks?atLeast=${position}`,
  )
  const found = items.find(({ conversation }) => conversation?.messageId === id)
  if (found === undefined) throw new Error("the message is no turn")
  return found
}
const ended = (message: Accepted): Promise<TaskDoc> =>
  waitFor(
    "the turn ends",
    async () => {
      const turn = await turnOf(message)
      return isOpen(turn.phase) ? undefined : turn
    },
    WAIT_MILLIS,
    () => muster.lines().slice(-5),
  )

describe("talking with an agent", () => {
  it("is a task with one outcome, and its last words are one message of the member", async () => {
    const message = await say(`@thinker ${script({ say: "Good morning." })}`)
    const turn = await ended(message)
    expect(turn).toMatchObject({ phase: "succeeded", memberId: team.memberIds[0] })
    expect((await chat()).filter(({ taskId }) => taskId === turn.id)).toMatchObject([
      { text: "Good morning.", author: { kind: "member", id: team.memberIds[0] } },
    ])
    expect([...(await countOutcomes(muster, [turn.id])).values()]).toEqual([[1]])
  })

  it("goes on where it was with the next message, also after the product was killed, and begins anew with /new", async () => {
    const first = await ended(await say(`@thinker ${script({ say: "I remember." })}`))
    const next = await ended(await say(`@thinker ${script({ dieUnlessResumed: true })}`))
    expect(next.phase).toBe("succeeded")
    expect(next.conversation?.conversationId).toBe(first.conversation?.conversationId)
    await muster.kill9()
    await muster.start()
    const later = await ended(await say(`@thinker ${script({ dieUnlessResumed: true })}`))
    expect(later.phase).toBe("succeeded")
    expect((await readOutput(api, team.teamId, later.id)).toString("utf8")).toContain("resumed")
    const fresh = await ended(await say(`@thinker /new ${script({ dieUnlessResumed: true })}`))
    expect(fresh.phase).toBe("failed")
    expect(fresh.conversation?.conversationId).not.toBe(first.conversation?.conversationId)
  })

  it("two messages in a row are answered one after the other, whatever its slots", async () => {
    const one = await say(`@thinker ${script({ sleepMillis: 500 }, { say: "First." })}`)
    const two = await say(`@thinker ${script({ dieUnlessResumed: true }, { say: "Second." })}`)
    expect([(await ended(one)).phase, (await ended(two)).phase]).toEqual(["succeeded", "succeeded"])
    const answers = (await chat()).filter(({ author }) => author.kind === "member").map(({ text }) => text)
    expect(answers.slice(-2)).toEqual(["First.", expect.stringContaining("Second.")])
  })

  it("with a file gives the agent a copy of it, which it is told of and cannot change", async () => {
    const upload = `/teams/${team.teamId}/files?name=${encodeURIComponent("Plan für Q3.md")}`
    const headers = { "content-type": "application/octet-stream" }
    const { sha256 } = await api.json<{ sha256: string }>("POST", upload, { body: "the plan", headers })
    const send = (text: string): Promise<Accepted> =>
      api.json<Accepted>("POST", `/teams/${team.teamId}/chat`, {
        body: { text, mentions: [team.memberIds[0]], attachments: [{ sha256 }] },
      })
    // Without a script the agent says what it was told.
    const told = await ended(await send("@thinker read this"))
    expect((await chat()).find(({ taskId }) => taskId === told.id)?.text).toMatch(
      /^- attachments-[0-9a-f]{8}\/Plan für Q3\.md \(text\/markdown; charset=utf-8, 8 bytes\)$/mu,
    )
    const copy =
      "mkdir artifacts; cat attachments-*/* > artifacts/read.txt; (echo x >> attachments-*/*) 2>/dev/null || echo ' kept' >> artifacts/read.txt"
    const worked = await ended(await send(`@thinker ${script({ run: copy })}`))
    expect(worked.artifacts.map(({ name }) => name)).toEqual(["artifacts/read.txt"])
    const path = `/teams/${team.teamId}/tasks/${worked.id}/artifacts/${worked.artifacts[0]?.sha256}`
    expect((await api.bytes(path)).bytes.toString("utf8")).toBe("the plan kept\n")
  })

  it("stops with /stop", async () => {
    const message = await say(`@thinker ${script({ hang: "politely" })}`)
    await waitFor("it runs", async () => ((await turnOf(message)).phase === "running" ? true : undefined), WAIT_MILLIS)
    await say("@thinker /stop")
    expect(await ended(message)).toMatchObject({ phase: "cancelled" })
  })
})

describe.skipIf(!hasChromium)("the chat in a real browser (needs Chromium: set CHROMIUM_PATH)", () => {
  let browser: Browser
  let desk: Desk
  let page: Page
  beforeAll(async () => {
    // The product was killed and started above: its agents come back one after the other.
    await waitOnline(api, team.teamId)
    browser = await openBrowser()
    desk = await openDesk(browser)
    page = desk.page
    page.setDefaultTimeout(PAGE_WAIT_MILLIS)
    const { link } = await invite(muster, "Rita", "operator")
    await page.goto(link)
    await page.getByRole("heading", { name: "Needs you", level: 1 }).waitFor()
    await page.goto(`${new URL(page.url()).origin}/teams/${team.teamId}/live`)
    await page.getByRole("textbox", { name: "Message the team" }).waitFor()
  })
  afterAll(() => browser?.close())

  const write = async (text: string): Promise<void> => {
    await page.getByRole("textbox", { name: "Message the team" }).fill(text)
    await page.getByRole("button", { name: "Send message" }).click()
  }
  const log = () => page.getByRole("log", { name: "Messages" })
  const turn = (handle: string) => log().getByRole("group", { name: `Turn of @${handle}` })

  it("shows below the message what an agent says while it works, and then its answer", async () => {
    await write("@talker how is the door?")
    await turn("talker").getByText("let me see").waitFor()
    await turn("talker").getByText("Needs input").waitFor()
    await turn("talker")
      .getByRole("button", { name: /^Open T-/ })
      .click()
    const panel = page.getByRole("dialog", { name: "how is the door?" })
    await panel.getByRole("region", { name: "Chat" }).getByText("@talker how is the door?").waitFor()
    await panel.getByRole("button", { name: "yes" }).click()
    await page.getByRole("button", { name: "Close task" }).click()
    await log()
      .getByText(/how is the door\?: played to its end/)
      .waitFor()
    await turn("talker").getByText("Succeeded").waitFor()
  })

  it("says why a turn failed and tries it again; stops one by a word", async () => {
    await write("@failing paint it")
    await turn("failing").getByText("there is no door").waitFor()
    await turn("failing").getByRole("button", { name: "Try again" }).click()
    await waitFor(
      "a second run",
      async () => {
        const { items } = await api.json<{ items: readonly TaskDoc[] }>("GET", `/teams/${team.teamId}/tasks?q=paint`)
        return items.some(({ run, phase }) => run === 2 && phase === "failed") ? true : undefined
      },
      WAIT_MILLIS,
    )
    await write("@waiting wait with me")
    await turn("waiting").getByText("Running").waitFor()
    await write("@waiting /stop")
    await turn("waiting").getByText("Cancelled").waitFor()
    expect(await violations(page)).toEqual([])
  })

  it("talks with a member directly, beside the team's chat", async () => {
    await page.getByRole("button", { name: "Actions for @failing" }).click()
    await page.getByRole("menuitem", { name: "Talk directly" }).click()
    await page.getByRole("heading", { name: "With @failing" }).waitFor()
    await write("only between us")
    await turn("failing").getByText("there is no door").waitFor()
    expect(await log().getByText("@waiting wait with me").count()).toBe(0)
    await page.getByRole("button", { name: "Back to the team" }).click()
    await log().getByText("@waiting wait with me").waitFor()
    expect(await log().getByText("only between us").count()).toBe(0)
  })

  it("makes a task of a message", async () => {
    const message = log().getByRole("article").filter({ hasText: "@waiting wait with me" }).first()
    await message.hover()
    await message.getByRole("button", { name: "Make this a task" }).click()
    const sheet = page.getByRole("dialog", { name: "Dispatch a task" })
    await sheet.waitFor()
    expect(await sheet.getByLabel("Instructions", { exact: true }).inputValue()).toBe("@waiting wait with me")
    expect(desk.faults).toEqual([])
  })
})
