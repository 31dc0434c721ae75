import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { FeedEvent, TaskDetail } from "@muster/contracts"
import { isOpen } from "@muster/domain"
import { installScriptedAgent, type ScriptedStep, scriptText } from "@muster/runtime-agent/testing"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import {
  countOutcomes,
  dispatch,
  makeTeam,
  readHistory,
  startSignedIn,
  waitFor,
  waitOnline,
  type Api,
  type MadeTeam,
  type Muster,
} from "../harness/index.ts"
import { type LossyWay, openLossyWay } from "../leader/lossy.ts"
import { startOwnAgent } from "../leader/own-agent.ts"

const WAIT_MILLIS = 300_000
const REPORT = "# Written once\n"

const use = (name: string, input: Readonly<Record<string, unknown>>): ScriptedStep => ({
  team: { name, arguments: input },
})

describe("a tool call whose reply was lost", () => {
  let dir: string
  let muster: Muster
  let api: Api
  let team: MadeTeam
  let way: LossyWay
  let kill: () => Promise<void>
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "muster-proof-lost-"))
    const runtimesDir = join(dir, "runtimes")
    const argv = await installScriptedAgent(runtimesDir)
    ;({ muster, api } = await startSignedIn({ env: { MUSTER_RUNTIMES_DIR: runtimesDir } }))
    const runtimeOptions = { acp: { agent: "custom", argv } } as const
    team = await makeTeam(api, "Once", [
      { handle: "lead", role: "leader", runtime: "acp", runtimeOptions, placement: "manual" },
      { handle: "writer", runtime: "simulated", runtimeOptions: { simulated: { durationMillis: 10 } } },
    ])
    way = await openLossyWay(muster.url, [
      /\/tools\/dispatch_task$/u,
      /\/tools\/post_chat$/u,
      /\/blobs\//u,
      /\/output\?/u,
    ])
    const [memberId = ""] = team.memberIds
    kill = await startOwnAgent(api, {
      teamId: team.teamId,
      memberId,
      stateDir: join(dir, "agent"),
      url: muster.url,
      through: way.url,
      runtimesDir,
    })
    await waitOnline(api, team.teamId, WAIT_MILLIS)
  })
  afterAll(async () => {
    await kill?.()
    await way?.close()
    await muster?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it("and that is repeated, by the agent and by what it runs, comes to one task, one message and one file", async () => {
    const part = { title: "The part", instructions: "", member: "@writer", idempotency_key: "part" }
    const message = { text: "The part is dispatched.", idempotency_key: "said" }
    const file = { name: "report.md", content: REPORT }
    const steps: readonly ScriptedStep[] = [
      use("dispatch_task", part),
      use("dispatch_task", part),
      use("post_chat", message),
      use("post_chat", message),
      use("write_artifact", file),
      use("write_artifact", file),
      { team: { name: "task_status", arguments: { wait_seconds: 20 }, until: '"open":0' } },
      use("complete", { status: "succeeded", summary: "Done once." }),
    ]
    const { id } = await dispatch(api, team.teamId, { title: "Do it once", instructions: scriptText(steps) })
    const task = await waitFor(
      "the task has ended",
      async () => {
        const response = await api.call("GET", `/teams/${team.teamId}/tasks/${id}`)
        if (response.status !== 200) return undefined
        const { task: read } = (await response.json()) as TaskDetail
        return isOpen(read.phase) ? undefined : read
      },
      WAIT_MILLIS,
      () => way.lost,
    )
    expect(task).toMatchObject({ phase: "succeeded", result: { summary: "Done once." } })
    // Each kind of reply was really lost, after the control plane had carried the request out.
    expect(way.lost).toHaveLength(4)

    const events: readonly FeedEvent[] = await readHistory(api, team.teamId)
    const ofType = (type: string) => events.filter((event) => event.type === type)
    const children = ofType("TaskChildDispatched")
    expect(children).toHaveLength(1)
    expect(ofType("TaskDispatched")).toHaveLength(2)
    expect(ofType("ChatMessagePosted").map(({ data }) => (data as { text: string }).text)).toEqual([message.text])
    const files = ofType("TaskArtifactAdded").filter(({ stream }) => stream === `task-${id}`)
    expect(files.map(({ data }) => (data as { name: string }).name)).toEqual(["report.md"])
    const childIds = children.map(({ data }) => (data as { childTaskId: string }).childTaskId)
    const counted = await countOutcomes(muster, [id, ...childIds])
    expect([...counted.values()]).toEqual([[1], [1]])
  })
})
