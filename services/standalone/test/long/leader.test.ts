import { createHash } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { FeedEvent, NewMember, TaskDoc, TeamView } from "@muster/contracts"
import { startModelScript } from "@muster/model-script"
import { runtimesDir } from "@muster/platform/local"
import { ensureRuntime, installScriptedAgent } from "@muster/runtime-agent/testing"
import type { Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { hasChromium, openBrowser, openDesk } from "../browser/open.ts"
import { killAgent } from "../faults/strike.ts"
import {
  agentsOf,
  countOutcomes,
  dispatch,
  makeOnlineTeam,
  processesOf,
  readHistory,
  readTask,
  startSignedIn,
  waitFor,
  type Api,
  type MadeTeam,
  type Muster,
} from "../harness/index.ts"
import { type Dialect, forScriptedAgent, forScriptedModel } from "../leader/dialect.ts"
import { attend, byApi, type Hands, inBrowser } from "../leader/person.ts"
import { descendantsOf, killAll, stillRunning } from "../leader/processes.ts"
import { FIGURES, FIGURES_FILE, goal, PART_TITLES, PUBLISHED_FILE } from "../leader/story.ts"

const WAIT_MILLIS = 600_000
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex")

const HANDLES = ["lead", "writer", "reviewer", "publisher"] as const

interface Stage {
  readonly muster: Muster
  readonly api: Api
  readonly team: MadeTeam
  /** Members whose runtime keeps its program over tasks. */
  readonly keepers?: readonly (typeof HANDLES)[number][]
}

type Work = Pick<NewMember, "runtime" | "runtimeOptions">

const makeTeamOf = (api: Api, workOf: (handle: (typeof HANDLES)[number]) => Work): Promise<MadeTeam> =>
  makeOnlineTeam(
    api,
    "Figures",
    HANDLES.map((handle): NewMember => ({
      handle,
      ...workOf(handle),
      ...(handle === "lead" ? { role: "leader" } : {}),
      ...(handle === "reviewer" ? { skills: ["review"] } : {}),
    })),
  )

/** Patient with strikes: what is tried here is that each run has one outcome, not how often it may fail. */
const setGoal = async ({ api, team }: Stage, instructions: string): Promise<string> => {
  const order = { title: "Bring out the figures", instructions, retry: { maxAttempts: 5, backoffMillis: 100 } }
  return (await dispatch(api, team.teamId, order)).id
}

const eventsOf = (events: readonly FeedEvent[], type: string, taskId?: string): readonly FeedEvent[] =>
  events.filter((event) => event.type === type && (taskId === undefined || event.stream === `task-${taskId}`))

const partsOf = (events: readonly FeedEvent[], goalId: string): readonly string[] =>
  eventsOf(events, "TaskChildDispatched", goalId).map(
    ({ data }) => (data as { readonly childTaskId: string }).childTaskId,
  )

/** The goal and its three parts: each with one recorded outcome, and nothing else was dispatched. */
const provenParts = async ({ muster, api, team }: Stage, goalId: string): Promise<readonly TaskDoc[]> => {
  const events = await readHistory(api, team.teamId)
  const parts = partsOf(events, goalId)
  const docs = await Promise.all(parts.map(async (id) => (await readTask(api, team.teamId, id)).task))
  expect(docs.map(({ title, phase, parentTaskId, depth }) => ({ title, phase, parentTaskId, depth }))).toEqual(
    PART_TITLES.map((title) => ({ title, phase: "succeeded", parentTaskId: goalId, depth: 1 })),
  )
  const byParent = eventsOf(events, "TaskDispatched").filter(
    ({ data }) => (data as { readonly spec: { readonly parentTaskId?: string } }).spec.parentTaskId === goalId,
  )
  expect(byParent.map(({ stream }) => stream).toSorted()).toEqual(parts.map((id) => `task-${id}`).toSorted())
  const counted = await countOutcomes(muster, [goalId, ...parts])
  expect([goalId, ...parts].map((id) => counted.get(id))).toEqual([[1], [1], [1], [1]])
  return docs
}

const fileOf = ({ artifacts }: TaskDoc, name: string) => artifacts.find((artifact) => artifact.name === name)

/** A goal is led from its beginning to its end; everything that is promised of it is looked at. */
const tell = async (
  stage: Stage,
  leader: Dialect,
  members: Dialect,
  hands: Hands = byApi(stage.api),
): Promise<string> => {
  const { api, team } = stage
  const goalId = await setGoal(stage, goal(leader, members))
  const { questions, approvals, goal: ended } = await attend(api, team.teamId, goalId, hands)
  expect(ended).toMatchObject({ phase: "succeeded", result: { summary: "Three parts came together." } })
  expect([questions, approvals].every((count) => count > 0)).toBe(true)

  const [written, reviewed, published] = (await provenParts(stage, goalId)) as readonly [TaskDoc, TaskDoc, TaskDoc]
  expect([written, reviewed, published].map(({ memberId }) => memberId)).toEqual(team.memberIds.slice(1))
  expect([reviewed.after, published.after]).toEqual([[written.id], [reviewed.id]])
  // Members really ran programs: the bytes are those that the person's answer leads to.
  const figures = sha256(FIGURES)
  expect(fileOf(written, FIGURES_FILE)?.sha256).toBe(figures)
  expect(fileOf(reviewed, "reviewed.csv")?.sha256).toBe(figures)
  expect(fileOf(reviewed, "artifacts/sha256.txt")?.sha256).toBe(sha256(figures))
  expect(fileOf(published, PUBLISHED_FILE)?.sha256).toBe(sha256("published"))
  const { bytes } = await api.bytes(`/teams/${team.teamId}/tasks/${written.id}/artifacts/${figures}`)
  expect(bytes.toString("utf8")).toBe(FIGURES)
  // The leader brought together what the parts came to.
  const synthesis = `# The figures\n\n- The figures are written.\n- The figures hold: ${figures}\n- The figures are out.\n`
  expect(fileOf(ended, "goal.md")?.sha256).toBe(sha256(synthesis))

  // Any moment of it can be seen again: here the one in which leave was asked for.
  const events = await readHistory(api, team.teamId)
  const [asked] = eventsOf(events, "TaskApprovalRequested", published.id)
  const path = `/teams/${team.teamId}/replay?at=${asked?.position ?? ""}`
  const { state } = await api.json<{ state: TeamView }>("GET", path)
  expect([goalId, written.id, reviewed.id, published.id].map((id) => state.tasks[id]?.phase)).toEqual([
    "running",
    "succeeded",
    "succeeded",
    "needs-approval",
  ])
  // Each waited for the one before, by the order of the log.
  const order = [
    ...eventsOf(events, "TaskQuestionAnswered", written.id).slice(-1),
    ...eventsOf(events, "TaskSucceeded", written.id),
    ...eventsOf(events, "TaskStarted", reviewed.id).slice(0, 1),
    ...eventsOf(events, "TaskSucceeded", reviewed.id),
    ...eventsOf(events, "TaskStarted", published.id).slice(0, 1),
    ...eventsOf(events, "TaskApprovalDecided", published.id).slice(-1),
    ...eventsOf(events, "TaskSucceeded", published.id),
    ...eventsOf(events, "TaskSucceeded", goalId),
  ].map(({ seq }) => seq)
  expect(order).toHaveLength(8)
  expect(order).toEqual(order.toSorted((a, b) => a - b))
  // Played again to its end, it comes to what is shown now.
  const last = await api.json<{ state: TeamView }>(
    "GET",
    `/teams/${team.teamId}/replay?at=${events.at(-1)?.position ?? ""}`,
  )
  for (const { id } of [ended, written, reviewed, published])
    expect(last.state.tasks[id]).toEqual((await readTask(api, team.teamId, id)).task)
  return goalId
}

const runtimeProcesses = ({ muster }: Stage) => [...agentsOf(muster).values()].flatMap(descendantsOf)

const leftOver = ({ muster, team, keepers = [] }: Stage) => {
  const kept = new Set(keepers.map((handle) => team.memberIds[HANDLES.indexOf(handle)]))
  return [...agentsOf(muster)].flatMap(([memberId, pid]) => (kept.has(memberId) ? [] : descendantsOf(pid)))
}

const allEnded = (stage: Stage) =>
  waitFor(
    "no process of a runtime is left",
    () => (leftOver(stage).length === 0 ? true : undefined),
    WAIT_MILLIS,
    () => leftOver(stage),
  )

/** The process of a member's agent. */
const agentOf = ({ muster, team }: Stage, member: number): Promise<number> =>
  waitFor("the member's agent runs", () => agentsOf(muster).get(team.memberIds[member] ?? ""), WAIT_MILLIS)

/** Lets a person at a desk do something, signed in. */
const inDesk = async ({ muster, api }: Stage, act: (page: Page, faults: readonly string[]) => Promise<void>) => {
  const browser = await openBrowser()
  try {
    const { context, page, faults } = await openDesk(browser)
    const [name = "", value = ""] = (api.cookie ?? "").split("=")
    await context.addCookies([{ name, value, url: muster.url }])
    await act(page, faults)
  } finally {
    await browser.close()
  }
}

/** Strikes while the first part waits for a person, and proves that nothing was lost, done twice or left behind. */
const surviveOn = async (stage: Stage, instructions: string, strike: () => Promise<void>): Promise<string> => {
  const { api, team } = stage
  const goalId = await setGoal(stage, instructions)
  await waitFor(
    "the parts are dispatched and the first one asks",
    async () => {
      const parts = partsOf(await readHistory(api, team.teamId), goalId)
      if (parts.length < PART_TITLES.length) return undefined
      const { task } = await readTask(api, team.teamId, parts[0] ?? "")
      return task.phase === "needs-input" ? true : undefined
    },
    WAIT_MILLIS,
  )
  const before = runtimeProcesses(stage)
  expect(before.length).toBeGreaterThan(0)
  await strike()
  const { goal: ended } = await attend(api, team.teamId, goalId)
  expect(ended).toMatchObject({ phase: "succeeded", result: { summary: "Three parts came together." } })
  await provenParts(stage, goalId)
  await allEnded(stage)
  expect(stillRunning(before)).toEqual([])
  return goalId
}

describe("a leader with scripted agents over the real protocol", () => {
  let dir: string
  let stage: Stage
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "muster-proof-runtimes-"))
    const argv = await installScriptedAgent(dir)
    const { muster, api } = await startSignedIn({ env: { MUSTER_RUNTIMES_DIR: dir } })
    const work: Work = { runtime: "acp", runtimeOptions: { acp: { agent: "custom", argv } } }
    stage = { muster, api, team: await makeTeamOf(api, () => work) }
  })
  afterAll(async () => {
    await stage?.muster.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it("gets a goal, dispatches three dependent parts, and brings their results together", async () => {
    await tell(stage, forScriptedAgent, forScriptedAgent)
    await allEnded(stage)
  })

  it.skipIf(!hasChromium)("is answered by a person in a browser, who sees the tree (needs Chromium)", async () => {
    const { muster, team } = stage
    await inDesk(stage, async (page, faults) => {
      const goalId = await tell(stage, forScriptedAgent, forScriptedAgent, inBrowser(page, muster.url))
      await page.goto(`${muster.url}/teams/${team.teamId}/live?task=${goalId}`)
      const parts = page.getByRole("region", { name: "Dispatched by its agent" }).getByRole("listitem")
      await parts.nth(PART_TITLES.length - 1).waitFor()
      const shown = await parts.allInnerTexts()
      for (const [index, title] of PART_TITLES.entries()) {
        expect(shown[index]).toContain(title)
        expect(shown[index]).toContain("Succeeded")
      }
      await page
        .getByRole("button", { name: new RegExp(PART_TITLES[0] ?? "", "u") })
        .last()
        .click()
      await page.getByRole("button", { name: /Dispatched by the agent of T-\d+/u }).waitFor()
      expect(faults).toEqual([])
    })
  })

  const survive = (strike: () => Promise<void>) => surviveOn(stage, goal(forScriptedAgent, forScriptedAgent), strike)
  const attemptsOf = async (goalId: string): Promise<number> => {
    const { api, team } = stage
    return eventsOf(await readHistory(api, team.teamId), "TaskStarted", goalId).length
  }
  const leadsAgent = () => agentOf(stage, 0)

  it("whose runtime is killed goes on: one outcome a run, no part twice, no process left", async () => {
    const goalId = await survive(async () => killAll(descendantsOf(await leadsAgent())))
    expect(await attemptsOf(goalId)).toBeGreaterThan(1)
  })

  it("whose agent is killed goes on: one outcome a run, no part twice, no process left", async () => {
    const goalId = await survive(() => killAgent(stage.muster, stage.team.memberIds[0] ?? ""))
    expect(await attemptsOf(goalId)).toBeGreaterThan(1)
  })

  it("whose control plane is killed goes on: one outcome a run, no part twice, no process left", async () => {
    await survive(async () => {
      await stage.muster.kill9()
      await stage.muster.start()
    })
  })

  it("leaves nothing running when the product stops", async () => {
    const before = runtimeProcesses(stage)
    expect(await stage.muster.terminate()).toBe(0)
    expect(processesOf(stage.muster)).toEqual([])
    expect(stillRunning(before)).toEqual([])
  })
})

const [opencode, openclaw] = [ensureRuntime("opencode"), ensureRuntime("openclaw")]
const because = ({ missing }: { readonly missing?: string }): string => (missing === undefined ? "" : ` (${missing})`)

/** A product with a scripted model, and a team that works with it. */
const stageWithModel = async (workOf: Parameters<typeof makeTeamOf>[1]) => {
  const model = await startModelScript()
  const { muster, api } = await startSignedIn({ env: { MUSTER_RUNTIMES_DIR: runtimesDir() } })
  const body = { baseUrl: model.baseUrl, model: "scripted-1", key: model.apiKey }
  await api.json("POST", "/organisation/model", { body })
  const stage: Stage = { muster, api, team: await makeTeamOf(api, workOf) }
  const close = async () => {
    await muster.stop()
    await model.close()
  }
  return { stage, model, close }
}
const withOpencode: Work = { runtime: "acp", runtimeOptions: { acp: { agent: "opencode", permissions: "allow" } } }
const withOpenclaw: Work = { runtime: "openclaw", runtimeOptions: { openclaw: { permissions: "allow" } } }

describe.skipIf(opencode.missing)(`a leader with opencode${because(opencode)}`, () => {
  let made: Awaited<ReturnType<typeof stageWithModel>>
  beforeAll(async () => {
    made = await stageWithModel(() => withOpencode)
  })
  afterAll(() => made?.close())

  it("gets a goal, dispatches three dependent parts, and brings their results together", async () => {
    const { stage, model } = made
    await tell(stage, forScriptedModel, forScriptedModel)
    await allEnded(stage)
    // The model was told of the team before it began.
    const told = model.requests.map(({ body }) => JSON.stringify(body))
    expect(told.some((body) => body.includes("You are @lead, the leader of a team"))).toBe(true)
    expect(told.some((body) => body.includes("- @reviewer (reviewer): skills review"))).toBe(true)
  })
})

const both = opencode.missing === undefined ? openclaw : opencode

describe.skipIf(both.missing)(`a leader with opencode and a member with OpenClaw${because(both)}`, () => {
  let made: Awaited<ReturnType<typeof stageWithModel>>
  beforeAll(async () => {
    // The one who asks a person, runs a program and leaves a file is OpenClaw; a gateway takes a gigabyte: one is enough.
    made = await stageWithModel((handle) => (handle === "writer" ? withOpenclaw : withOpencode))
  })
  afterAll(() => made?.close())

  it(`gets a goal that a person${hasChromium ? " in a browser" : ""} answers, and brings the results of both together`, async () => {
    const { stage } = made
    if (hasChromium)
      await inDesk(stage, async (page, faults) => {
        await tell(stage, forScriptedModel, forScriptedModel, inBrowser(page, stage.muster.url))
        expect(faults).toEqual([])
      })
    else await tell(stage, forScriptedModel, forScriptedModel)
  })

  it("goes on when the leader's program, OpenClaw with its agent, and the control plane are killed: one outcome a run, no part twice, no process left", async () => {
    const { stage } = made
    await surviveOn({ ...stage, keepers: ["writer"] }, goal(forScriptedModel, forScriptedModel), async () => {
      killAll(descendantsOf(await agentOf(stage, 0)))
      await killAgent(stage.muster, stage.team.memberIds[1] ?? "")
      await stage.muster.kill9()
      await stage.muster.start()
    })
  })
})
