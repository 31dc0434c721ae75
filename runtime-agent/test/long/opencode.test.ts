import { randomUUID } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startModelScript } from "@muster/model-script"
import { runtimesDir } from "@muster/platform/local"
import { eventually } from "@muster/platform/testing"
import { afterAll, expect, test } from "vitest"
import { acpRuntime } from "#src/runtimes/acp/index.ts"
import type { Runtime } from "#src/runtimes/contract.ts"
import { ensureRuntime, recordingHost, runtimeConformance, runtimeTask } from "#src/testing/index.ts"
import { missingForCommands } from "#test/support/machine.ts"
import { quietLog } from "#test/support/quiet.ts"

/** The real opencode before a model that does what the prompt says. It starts in seconds, on a busy machine in tens of them. */
const PATIENCE_MILLIS = 400_000
const missing = missingForCommands() ?? ensureRuntime("opencode").missing

const model = await startModelScript()
afterAll(() => model.close())

const scripted = (permissions: "ask" | "allow", ...steps: readonly object[]) => ({
  instructions: `[[ ${steps.map((step) => JSON.stringify(step)).join(", ")} ]]`,
  options: { acp: { agent: "opencode" as const, permissions } },
})
const shell = (command: string) => ({ tool: "shell", args: { command } })

const makeRuntime = (dir: string): Runtime => {
  const env = { ...process.env, MUSTER_RUNTIMES_DIR: runtimesDir() }
  const timings = { cancelGraceMillis: 300 }
  const runtime = acpRuntime({ memberId: randomUUID(), stateDir: dir, timings, env, log: quietLog })
  const access = { baseUrl: model.baseUrl, apiKey: model.apiKey, model: "scripted-1" }
  return { ...runtime, open: (task, host) => runtime.open({ ...task, model: access }, host) }
}

runtimeConformance(
  "acp: opencode",
  makeRuntime,
  {
    succeeds: scripted("allow", { text: "hello" }),
    progresses: scripted(
      "allow",
      {
        tool: "todowrite",
        args: {
          todos: [
            { id: "1", content: "first", status: "completed", priority: "high" },
            { id: "2", content: "half", status: "in_progress", priority: "high" },
          ],
        },
      },
      { text: "that far" },
    ),
    asksLeave: scripted("ask", shell("echo the deed"), { text: "done" }),
    makesArtifact: scripted("allow", shell("mkdir artifacts; printf kept > artifacts/kept.txt"), { text: "made" }),
    fails: scripted("allow", { fault: "unauthorized", times: 50 }),
    hangs: scripted("allow", shell("trap '' TERM; echo waiting; sleep 600"), { text: "never" }),
    crashes: scripted("allow", shell("kill -SEGV $PPID; sleep 600"), { text: "never" }),
    usesTool: scripted("allow", shell("echo look > /dev/null; echo seen"), { text: "done" }),
    resumes: scripted(
      "allow",
      shell("test -e ~/mark || { touch ~/mark; kill -KILL $PPID; sleep 600; }; echo resumed"),
      { text: "done" },
    ),
  },
  missing,
  PATIENCE_MILLIS,
)

/** What a model endpoint may do to an agent, as bad input, and what comes of it: an end with words, or success at a later try. */
test.skipIf(missing).for<readonly [string, readonly object[], object]>([
  ["cuts its answer off", [{ fault: "cut" }, { text: "whole again" }], {}],
  ["answers nonsense", [{ fault: "nonsense" }, { text: "sense again" }], {}],
  ["is slow", [{ fault: "slow", delayMillis: 3_000 }, { text: "at last" }], { kind: "succeeded" }],
  ["asks to come back later", [{ fault: "rate-limited", times: 2 }, { text: "come back" }], { kind: "succeeded" }],
])("a model that %s is outlived, or fails the task with words", async ([, steps, expected]) => {
  const dir = mkdtempSync(join(tmpdir(), "muster-test-opencode-"))
  const host = recordingHost(join(dir, "assignment"))
  const { instructions, options } = scripted("allow", ...steps)
  const outcome = await (await makeRuntime(dir).open(runtimeTask({ instructions, options }), host)).done
  expect(outcome).toMatchObject(expected)
  expect(["succeeded", "failed"]).toContain(outcome.kind)
  if (outcome.kind === "failed")
    expect(outcome).toMatchObject({ isRetryable: true, message: expect.stringMatching(/\w/u) as string })
  rmSync(dir, { recursive: true, force: true })
})

test.skipIf(missing)("a person interrupts a turn, and the session goes on with what was said", async () => {
  const dir = mkdtempSync(join(tmpdir(), "muster-test-opencode-"))
  const host = recordingHost(join(dir, "assignment"))
  const { instructions, options } = scripted("allow", shell("echo begun; sleep 600"), { text: "never" })
  const session = await makeRuntime(dir).open(runtimeTask({ instructions, options }), host)
  await eventually(
    "the tool runs",
    () => host.steps.find(({ kind, status }) => kind === "tool" && status === "running"),
    PATIENCE_MILLIS,
  )
  session.steer?.('Leave that. [[ {"text":"I have left it."} ]]', true)
  expect(await session.done).toMatchObject({ kind: "succeeded", summary: "I have left it." })
  rmSync(dir, { recursive: true, force: true })
})

test.skipIf(missing)("tells the least that it used: of each turn its last call of the model", async () => {
  const dir = mkdtempSync(join(tmpdir(), "muster-test-opencode-"))
  const host = recordingHost(join(dir, "assignment"))
  const { instructions, options } = scripted("allow", shell("echo one"), shell("echo two"), { text: "done" })
  const session = await makeRuntime(dir).open(runtimeTask({ instructions, options }), host)
  expect(await session.done).toMatchObject({ kind: "succeeded" })
  const usage = host.usages.at(-1)
  expect(usage).toMatchObject({ model: "scripted-1", isAtLeast: true })
  expect(usage?.inputTokens).toBeGreaterThan(0)
  expect(usage).not.toHaveProperty("costMicros")
  rmSync(dir, { recursive: true, force: true })
})

test.skipIf(missing)("a later attempt went on in the session of the earlier one", () => {
  const told = model.requests.filter(({ body }) =>
    JSON.stringify(body).includes("Your work on this task was interrupted"),
  )
  expect(told.length).toBeGreaterThan(0)
  // The first prompt of the session is in the conversation, too.
  expect(told.some(({ body }) => JSON.stringify(body).split("kill -KILL").length > 2)).toBe(true)
})
