import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type ModelScript, startModelScript } from "@muster/model-script"
import { runtimesDir } from "@muster/platform/local"
import { eventually } from "@muster/platform/testing"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { statOf } from "#src/processes/inspect.ts"
import type { Runtime, RuntimeTask, SessionHost } from "#src/runtimes/contract.ts"
import { findOpenclaw } from "#src/runtimes/openclaw/installation.ts"
import type { OpenclawRuntime } from "#src/runtimes/openclaw/index.ts"
import { ensureRuntime, type RecordingHost, recordingHost } from "#src/testing/index.ts"
import { missingForCommands } from "#test/support/machine.ts"
import { makeOpenclaw, removeDir, taskOf, withModel } from "#test/support/openclaw/world.ts"
import { startToolServer, type ToolServer } from "#test/support/openclaw/tool-server.ts"

const cannot = missingForCommands() ?? ensureRuntime("openclaw").missing
const found = await findOpenclaw(runtimesDir())
const missing = cannot ?? ("missing" in found ? found.missing : undefined)
const PATIENCE_MILLIS = 400_000

const steps = (...list: readonly object[]): string => `[[ ${list.map((step) => JSON.stringify(step)).join(", ")} ]]`
const shell = (command: string) => ({ tool: "shell", args: { command } })

describe.skipIf(missing)(`the real OpenClaw${missing === undefined ? "" : ` (${missing})`}`, () => {
  let dir: string
  let model: ModelScript
  let tools: ToolServer
  let openclaw: OpenclawRuntime
  let runtime: Runtime
  let host: RecordingHost
  let count = 0
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "muster-test-openclaw-real-"))
    model = await startModelScript()
    tools = await startToolServer()
    openclaw = makeOpenclaw(dir, runtimesDir())
    const { baseUrl, apiKey } = model
    runtime = withModel(openclaw, () => ({ baseUrl, apiKey, model: "scripted-1" }))
  })
  afterAll(async () => {
    await openclaw.close()
    await model.close()
    await tools.close()
    removeDir(dir)
  })
  beforeEach(() => {
    count += 1
    host = recordingHost(join(dir, `host-${count}`))
  })
  const open = (instructions: string, more: Partial<RuntimeTask> = {}, on: SessionHost = host) =>
    runtime.open(taskOf(instructions, more), on)
  const run = async (instructions: string, more: Partial<RuntimeTask> = {}, on: SessionHost = host) =>
    (await open(instructions, more, on)).done
  const ask = { options: { openclaw: { permissions: "ask" } } } as const

  test("runs a tool, keeps its file, shows steps, output and totals", async () => {
    const outcome = await run(
      steps(shell("mkdir artifacts && printf kept > artifacts/kept.txt && echo made"), { text: "Finished." }),
    )
    expect(outcome).toEqual({ kind: "succeeded", summary: "Finished." })
    expect(host.artifacts).toEqual(new Map([["artifacts/kept.txt", "kept"]]))
    expect(host.text()).toContain("made")
    const shown = host.steps.filter(({ kind }) => kind === "tool")
    expect(shown[0]).toMatchObject({ status: "running" })
    expect(shown.at(-1)).toMatchObject({ status: "completed", detail: expect.stringContaining("made") })
    expect(host.steps.at(-1)).toMatchObject({ kind: "message", title: "Finished." })
    expect(host.usages.at(-1)).toMatchObject({ model: "scripted-1" })
  })

  test("output of a command comes once and whole", async () => {
    const outcome = await run(steps(shell("for i in 1 2 3 4; do echo tick$i; sleep 0.5; done"), { text: "Done." }))
    expect(outcome).toMatchObject({ kind: "succeeded" })
    expect(host.text()).toBe("tick1\ntick2\ntick3\ntick4\nDone.\n")
  })

  test("a command runs confined: as the member's account, without the key of the model", async () => {
    expect(await run(steps(shell("id -u; env; ls /"), { text: "Done." }))).toMatchObject({ kind: "succeeded" })
    expect(host.text()).not.toContain(model.apiKey)
    if (process.getuid?.() === 0) expect(host.text()).not.toMatch(/^0$/mu)
  })

  test("asks leave for a command and obeys the decision", async () => {
    const session = await open(steps(shell("touch leave-was-given"), { text: "Done." }), ask)
    await eventually("the request", () => host.approvals.length === 1, PATIENCE_MILLIS)
    const [request] = host.approvals
    expect(request?.action).toContain("touch")
    if (request) session.decide(request.approvalId, false, "not today")
    expect(await session.done).toMatchObject({ kind: "failed", reason: "approval-denied" })
  })

  test("asks a question and goes on with the answer", async () => {
    const questions = [
      {
        id: "q1",
        header: "Which",
        question: "Which?",
        options: [
          { label: "A", description: "a" },
          { label: "B", description: "b" },
        ],
      },
    ]
    const session = await open(steps({ tool: "ask_user", args: { questions } }, { text: "Got $TOOL" }))
    await eventually("the question", () => host.questions.length === 1, PATIENCE_MILLIS)
    const [question] = host.questions
    expect(question).toMatchObject({ text: "Which?", choices: ["A", "B"] })
    if (question) session.answer(question.questionId, "B")
    expect(await session.done).toMatchObject({ kind: "succeeded", summary: expect.stringContaining("B") })
  })

  test("team tools of two sessions at once reach each its own task", async () => {
    const other = recordingHost(join(dir, "other"))
    const script = steps({ tool: "report_progress", args: { note: "half" } }, { text: "Told: $TOOL" })
    const [a, b] = await Promise.all([
      run(script, {}, { ...host, tools: tools.access("first") }),
      run(script, {}, { ...other, tools: tools.access("second") }),
    ])
    expect(a).toMatchObject({ kind: "succeeded", summary: expect.stringContaining("first") })
    expect(b).toMatchObject({ kind: "succeeded", summary: expect.stringContaining("second") })
    expect(tools.calls.toSorted()).toEqual(["first report_progress", "second report_progress"])
  })

  test("a session that works ends within two seconds when cancelled, and its command with it", async () => {
    const session = await open(steps(shell("echo at work; sleep 987"), { text: "Done." }))
    await eventually("the command", () => host.steps.some(({ kind }) => kind === "tool"), PATIENCE_MILLIS)
    const from = performance.now()
    session.cancel("cancelled")
    expect(await session.done).toEqual({ kind: "cancelled" })
    expect(performance.now() - from).toBeLessThan(2_000)
  })

  test("a model endpoint that refuses the key fails the task with words", async () => {
    model.failNext({ fault: "unauthorized", times: 1 })
    const outcome = await run(steps({ text: "never" }))
    expect(outcome).toMatchObject({ kind: "failed", message: expect.stringContaining("does not accept the key") })
  })

  test.for<readonly [string, object]>([
    ["cuts its answer off", { fault: "cut" }],
    ["answers nonsense", { fault: "nonsense" }],
    ["is slow", { fault: "slow", delayMillis: 3_000 }],
  ])("a model that %s is outlived, or fails the task with words, and costs no other", async ([, fault]) => {
    const other = recordingHost(join(dir, `beside-${count}`))
    const [struck, beside] = await Promise.all([
      run(steps(fault, { text: "Whole." })),
      run(steps({ text: "Fine." }), {}, other),
    ])
    expect(["succeeded", "failed"]).toContain(struck.kind)
    if (struck.kind === "failed")
      expect(struck).toMatchObject({ isRetryable: true, message: expect.stringMatching(/\w/u) })
    expect(beside).toMatchObject({ kind: "succeeded", summary: "Fine." })
  })

  test("a gateway that is killed fails its task, and the next one works without the old one going on", async () => {
    const session = await open(steps(shell("echo at work; sleep 986"), { text: "Done." }))
    await eventually("the command", () => host.steps.some(({ kind }) => kind === "tool"), PATIENCE_MILLIS)
    const [pid = 0] = host.pids
    process.kill(pid, "SIGKILL")
    expect(await session.done).toMatchObject({ kind: "failed", isRetryable: true })
    const next = recordingHost(join(dir, "next"))
    expect(await run(steps({ text: "Again." }), {}, next)).toEqual({ kind: "succeeded", summary: "Again." })
    const before = model.requests.length
    expect(await run(steps({ text: "And again." }), {}, recordingHost(join(dir, "last")))).toMatchObject({
      kind: "succeeded",
    })
    expect(model.requests.length - before).toBe(1)
  })

  test("closing leaves no process", async () => {
    const [pid = 0] = host.pids
    await run(steps({ text: "Hello." }))
    await openclaw.close()
    for (const each of [pid, ...host.pids]) expect(statOf(each)?.state ?? "Z").toBe("Z")
  })
})
