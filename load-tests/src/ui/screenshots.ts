import { mkdirSync } from "node:fs"
import { join } from "node:path"
import type { NewMember } from "@muster/contracts"
import { dispatch, makeOnlineTeam, readTask, startSignedIn, waitFor, type Api } from "@muster/standalone/testing"
import { hasChromium, openBrowser } from "@muster/standalone/testing/browser"
import type { Browser, Page } from "playwright-core"
import { PAGE_WAIT_MILLIS, VIEWPORT } from "./limits.ts"

/**
 * Takes pictures of every screen, wide and on a phone, light and dark, of a product in which a team has really worked.
 * usage: npm run ui:screenshots -- <folder> [text in the name]
 */

const PHONE = { width: 390, height: 844 } as const
const SIZES = [
  ["wide", VIEWPORT],
  ["phone", PHONE],
] as const
const WORK_TIMEOUT_MILLIS = 120_000

const tell = (line: string): void => void process.stderr.write(`screenshots: ${line}\n`)

const simulated = (steps: readonly object[]) => ({ simulated: { steps } }) as NonNullable<NewMember["runtimeOptions"]>

/** A crew whose tasks end in every way that a person meets. */
const CREW: readonly NewMember[] = [
  {
    handle: "leader",
    name: "Leader",
    role: "leader",
    runtime: "simulated",
    slots: 4,
    runtimeOptions: simulated([
      { kind: "thought", text: "Two parts: the notes, then the suite.", afterMillis: 0 },
      { kind: "progress", percent: 40, note: "reading the changes", afterMillis: 200 },
      {
        kind: "tool",
        title: "Read the changes",
        input: '{"path":"CHANGELOG.md"}',
        result: "48 lines",
        durationMillis: 300,
      },
      { kind: "output", text: "read 48 lines of changes\nwriting the notes\n", afterMillis: 100 },
      { kind: "usage", usage: { model: "small-1", inputTokens: 8_200, outputTokens: 640, costMicros: 30_000 } },
      {
        kind: "artifact",
        name: "notes.md",
        text: "# Notes\n\n- Replay goes to any event.\n- Approvals name what is asked.\n",
      },
    ]),
  },
  {
    handle: "tester",
    name: "Tester",
    runtime: "simulated",
    runtimeOptions: simulated([
      { kind: "progress", percent: 30, note: "starting the suite", afterMillis: 100 },
      { kind: "question", text: "Which environment shall it run against?", choices: ["Staging", "A fresh one"] },
    ]),
  },
  {
    handle: "cleaner",
    name: "Cleaner",
    runtime: "simulated",
    runtimeOptions: simulated([
      {
        kind: "approval",
        action: "rm -r build/ old-releases/",
        detail: "42 files, 1.2 GB. They can not be brought back.",
      },
    ]),
  },
  {
    handle: "builder",
    name: "Builder",
    runtime: "simulated",
    runtimeOptions: simulated([
      { kind: "output", text: "linking …\nerror: no space left on device\n", afterMillis: 100 },
      { kind: "fail", message: "the build ended with 2: no space left on device", retryable: false },
    ]),
  },
  {
    handle: "writer",
    name: "Writer",
    runtime: "simulated",
    runtimeOptions: simulated([
      { kind: "progress", percent: 62, note: "third of five chapters", afterMillis: 100 },
      { kind: "hang" },
    ]),
  },
]

const WORK = [
  { title: "Write the release notes", member: 0, until: "succeeded" },
  { title: "Run the smoke suite", member: 1, until: "needs-input" },
  { title: "Make room for the next release", member: 2, until: "needs-approval" },
  { title: "Build the packages for arm64", member: 3, until: "failed" },
  { title: "Translate the handbook into Chinese", member: 4, until: "running" },
] as const

/** Lets the team work; resolves with its id, and that of a task with a result, when each task is where it shall be. */
const work = async (api: Api): Promise<{ readonly teamId: string; readonly taskId: string }> => {
  const { teamId, memberIds } = await makeOnlineTeam(api, "Release crew", CREW)
  const ids: string[] = []
  for (const { title, member } of WORK) {
    const instructions = `${title}. Say what is undecided, one line each.`
    ids.push((await dispatch(api, teamId, { title, instructions, memberId: memberIds[member] })).id)
  }
  await dispatch(api, teamId, { title: "Announce the release", memberId: memberIds[0], after: [ids[1]] })
  for (const [index, { title, until }] of WORK.entries())
    await waitFor(
      `"${title}" is ${until}`,
      async () => ((await readTask(api, teamId, ids[index] ?? "")).task.phase === until ? true : undefined),
      WORK_TIMEOUT_MILLIS,
    )
  for (const text of ["Good morning. The notes first, please.", "The suite waits for an answer; see T-2."])
    await api.json("POST", `/teams/${teamId}/chat`, { body: { text } })
  const schedule = { name: "Nightly suite", cron: "0 2 * * *", timeZone: "Europe/Berlin" }
  const task = { title: "Run the nightly suite", memberId: memberIds[1] }
  const response = await api.call("POST", `/teams/${teamId}/schedules`, { body: { ...schedule, task } })
  if (!response.ok) tell(`no schedule: ${response.status} ${await response.text()}`)
  return { teamId, taskId: ids[0] ?? "" }
}

interface Shot {
  readonly name: string
  readonly path: string
  readonly press?: (page: Page) => Promise<unknown>
}

const shotsOf = (teamId: string, taskId: string): readonly Shot[] => {
  const of = (view: string) => `/teams/${teamId}/${view}`
  return [
    { name: "needs-you", path: "/" },
    { name: "teams", path: "/teams" },
    { name: "team-new", path: "/teams/new" },
    { name: "live", path: of("live") },
    { name: "task", path: of(`live?task=${taskId}`) },
    { name: "dispatch", path: of("live"), press: (page) => page.keyboard.press("d") },
    { name: "palette", path: of("live"), press: (page) => page.keyboard.press("Control+k") },
    { name: "keys", path: of("live"), press: (page) => page.keyboard.press("?") },
    { name: "tasks", path: of("tasks") },
    { name: "tasks-board", path: of("tasks?view=board") },
    { name: "tasks-timeline", path: of("tasks?view=timeline") },
    { name: "results", path: of("results") },
    { name: "schedules", path: of("schedules") },
    { name: "history", path: of("history") },
    { name: "replay", path: of("replay") },
    { name: "settings", path: of("settings") },
    { name: "models", path: "/models" },
    { name: "tokens", path: "/me/tokens" },
    { name: "appearance", path: "/me/appearance" },
    { name: "my-keys", path: "/me/keys" },
    { name: "notifications", path: "/me/notifications" },
    { name: "replay-file", path: "/replay/file" },
    { name: "signin", path: "/signin" },
    { name: "kit", path: "/kit" },
  ]
}

/** Waits until nothing is being loaded, and lets fonts and floating parts come to rest. */
const settle = async (page: Page, name: string): Promise<void> => {
  await page.locator("h1").first().waitFor()
  if (name !== "kit") await page.waitForFunction(() => document.querySelector("[data-component=skeleton]") === null)
  await page.evaluate(() => document.fonts.ready)
}

const take = async (browser: Browser, url: string, cookie: string, folder: string, shots: readonly Shot[]) => {
  for (const [size, viewport] of SIZES) {
    const context = await browser.newContext({ viewport, reducedMotion: "reduce", hasTouch: size === "phone" })
    const cookies = cookie.split("; ").map((pair) => {
      const at = pair.indexOf("=")
      return { name: pair.slice(0, at), value: pair.slice(at + 1), url }
    })
    await context.addCookies(cookies)
    const page = await context.newPage()
    page.setDefaultTimeout(PAGE_WAIT_MILLIS)
    for (const { name, path, press } of shots) {
      await page.goto(url + path)
      await settle(page, name)
      await press?.(page)
      await settle(page, name)
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme })
        await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`) })
      }
      tell(`${name}, ${size}`)
    }
    await context.close()
  }
}

const main = async ([folder, part = ""]: readonly string[]): Promise<number> => {
  if (folder === undefined || !hasChromium) {
    process.stderr.write("npm run ui:screenshots -- <folder> [text in the name]   (needs a Chromium)\n")
    return 2
  }
  mkdirSync(folder, { recursive: true })
  const { muster, api } = await startSignedIn({ isBundled: true, env: { MUSTER_DEMO_MODEL: "scripted" } })
  try {
    tell("a team works …")
    const { teamId, taskId } = await work(api)
    const browser = await openBrowser()
    try {
      const shots = shotsOf(teamId, taskId).filter(({ name }) => name.includes(part))
      await take(browser, muster.url, api.cookie ?? "", folder, shots)
    } finally {
      await browser.close()
    }
    return 0
  } finally {
    await muster.stop()
  }
}

process.exitCode = await main(process.argv.slice(2))
