import { randomUUID } from "node:crypto"
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { ConversationId } from "@muster/domain"
import { eventually } from "@muster/platform/testing"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { statOf } from "#src/processes/inspect.ts"
import type { Runtime, RuntimeTask, SessionHost } from "#src/runtimes/contract.ts"
import type { OpenclawRuntime } from "#src/runtimes/openclaw/index.ts"
import { makeSlots, slotOfConversation } from "#src/runtimes/openclaw/slots.ts"
import { type RecordingHost, recordingHost, runtimeConformance } from "#src/testing/index.ts"
import { missingForCommands } from "#test/support/machine.ts"
import {
  installStandIn,
  makeOpenclaw,
  removeDir,
  script,
  startTestModel,
  taskOf,
  type TestModel,
  withModel,
  workOf,
} from "#test/support/openclaw/world.ts"

let runtimesDir: string
let model: TestModel
beforeAll(async () => {
  runtimesDir = installStandIn()
  model = await startTestModel()
})
afterAll(() => {
  removeDir(runtimesDir)
  model.close()
})
beforeEach(() => {
  model.answerWith = 200
  model.requests.length = 0
})

const allow = { openclaw: { permissions: "allow" } } as const
const ask = { openclaw: { permissions: "ask" } } as const
const scripted = (...steps: readonly object[]) => ({ instructions: script(...steps), options: allow })
const FLOOD_BYTES = 8 * 1024 * 1024

const opened: { readonly runtime: OpenclawRuntime; readonly dir: string }[] = []
const make = (dir: string, from: string | undefined = runtimesDir): OpenclawRuntime => {
  const runtime = makeOpenclaw(dir, from)
  opened.push({ runtime, dir })
  return runtime
}
// A gateway writes into its directory until it is closed.
afterEach(async () => {
  for (const { runtime, dir } of opened.splice(0)) {
    await runtime.close()
    removeDir(dir)
  }
})

runtimeConformance(
  "openclaw, with a stand-in for its gateway",
  (dir) => withModel(make(dir), () => model.access),
  {
    succeeds: scripted({ say: "hello" }),
    asks: scripted({ ask: "Which?", choices: ["this one", "that one"] }),
    asksLeave: { instructions: script({ leave: "the deed" }), options: ask },
    makesArtifact: scripted({ run: "mkdir artifacts && printf kept > artifacts/kept.txt" }),
    fails: scripted({ error: "the model was not reached" }),
    hangs: scripted({ say: "waiting" }, { hang: true }),
    ticks: scripted({ tick: true }),
    floods: { script: scripted({ flood: FLOOD_BYTES }), bytes: FLOOD_BYTES },
    crashes: scripted({ die: 3 }),
    usesTool: scripted({ run: "echo seen # look" }),
  },
  missingForCommands(),
)

describe.skipIf(missingForCommands())("openclaw", () => {
  let dir: string
  let runtime: Runtime
  let host: RecordingHost
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "muster-test-runtime-"))
    runtime = withModel(make(dir), () => model.access)
    host = recordingHost(join(dir, "assignment"))
  })

  const outcomeOf = async (task: RuntimeTask, on: SessionHost = host) => (await runtime.open(task, on)).done
  const run = (...steps: readonly object[]) => outcomeOf(taskOf(script(...steps)))
  const report = async (): Promise<{ connects: number; aborted: string[]; resumed: string[] }> => {
    const other = recordingHost(join(dir, "report"))
    await outcomeOf(taskOf(script({ report: true })), other)
    return JSON.parse(other.text()) as never
  }

  test("a gateway that is still starting is asked again, and serves all tasks of its member", async () => {
    await run({ say: "one" })
    await run({ say: "two" })
    expect((await report()).connects).toBe(2)
    expect(new Set(host.pids).size).toBe(1)
  })

  test("messages of one conversation go on in one session and its directory; another one has its own", async () => {
    const say = async (conversationId: ConversationId, ...steps: readonly object[]) => {
      const on = recordingHost(join(dir, `turn-${randomUUID()}`))
      const outcome = await outcomeOf(taskOf(script(...steps), { conversationId }), on)
      expect(outcome.kind).toBe("succeeded")
      return on.text()
    }
    const [one, other] = [randomUUID(), randomUUID()] as ConversationId[] as [ConversationId, ConversationId]
    await say(one, { run: "touch remembered" })
    expect(await say(other, { run: "ls" })).not.toContain("remembered")
    expect(await say(one, { run: "ls" })).toContain("remembered")
  })

  test("the slot of a conversation is always the same, and is waited for", async () => {
    const slots = makeSlots()
    const signal = new AbortController().signal
    const id = "00000000-0000-4000-8000-000000000006" as ConversationId
    const only = slotOfConversation(id)
    expect(slotOfConversation(id)).toBe(only)
    expect(await slots.take(signal, only)).toBe(only)
    const again = slots.take(signal, only)
    const others = [await slots.take(signal), await slots.take(signal), await slots.take(signal)]
    expect(others).not.toContain(only)
    slots.release(others[0] ?? 0)
    slots.release(only)
    expect(await again).toBe(only)
    expect(await slots.take(signal)).toBe(others[0])
  })

  test("what the agent does becomes steps, output and totals", async () => {
    expect(await run({ run: "echo made" }, { say: "Finished." })).toEqual({ kind: "succeeded", summary: "Finished." })
    const tools = host.steps.filter(({ kind }) => kind === "tool")
    expect(tools[0]).toMatchObject({ status: "running", title: "Exec echo made" })
    expect(tools.at(-1)).toMatchObject({ status: "completed", title: "Exec echo made" })
    expect(tools.at(-1)?.detail).toContain("made\n")
    expect(host.steps.at(-1)).toMatchObject({ kind: "message", status: "completed", title: "Finished." })
    expect(host.text()).toBe("made\nFinished.\n")
    expect(host.usages).toEqual([{ model: "the-true-model", inputTokens: 105, outputTokens: 20, cachedInputTokens: 5 }])
  })

  test("a turn that breaks off in a tool is a failure, though the gateway calls it ok", async () => {
    const outcome = await run({ empty: true })
    expect(outcome).toMatchObject({ kind: "failed", isRetryable: true })
    expect(outcome.kind === "failed" && outcome.message).toContain("toolUse")
  })

  test("an error of the gateway is told with its reason", async () => {
    const outcome = await run({ error: "the model is overloaded" })
    expect(outcome).toMatchObject({ kind: "failed", message: expect.stringContaining("the model is overloaded") })
  })

  test("the agent's own word that it failed counts more than the end of its turn", async () => {
    const failing = { ...host, completion: () => ({ status: "failed" as const, summary: "no way" }) }
    const outcome = await outcomeOf(taskOf(script({ say: "All good!" })), failing)
    expect(outcome).toMatchObject({ kind: "failed", message: "no way" })
  })

  test("an agent that ends while its work is open is told once, then the task fails with words", async () => {
    const told: string[] = []
    const unfinished = async () => {
      told.push("asked")
      return "task 12 is running"
    }
    const outcome = await outcomeOf(taskOf(script({ say: "done" })), { ...host, unfinished })
    expect(told).toHaveLength(2)
    expect(outcome).toMatchObject({ kind: "failed", message: expect.stringContaining("task 12 is running") })
  })

  test("hears between its turns what a person said, and is not done before", async () => {
    const session = await runtime.open(taskOf(script({ say: "first" })), host)
    session.steer?.(script({ say: "in euros" }), false)
    expect(await session.done).toMatchObject({ kind: "succeeded", summary: "in euros" })
    expect(host.text()).toBe("first\nin euros\n")
  })

  test("the gateway never sees the key, the name or the address of the model", async () => {
    await run({ run: "env; cat \"$OPENCLAW_CONFIG_PATH\"; tr '\\0' ' ' < /proc/self/cmdline" }, { model: true })
    expect(host.text()).toContain("OPENCLAW_STATE_DIR")
    expect(host.text()).not.toContain("the-true-key")
    expect(host.text()).not.toContain("the-true-model")
    expect(host.text()).not.toContain(model.access.baseUrl)
    expect(model.requests).toMatchObject([{ path: "/v1/chat/completions", authorization: "Bearer the-true-key" }])
    expect(model.requests[0]?.body).toContain("the-true-model")
  })

  test("a model endpoint that refuses the key fails the task at once and with words", async () => {
    model.answerWith = 401
    const outcome = await run({ model: true }, { hang: true })
    expect(outcome).toMatchObject({ kind: "failed", message: expect.stringContaining("does not accept the key") })
    expect((await report()).aborted).toHaveLength(1)
  })

  test("team tools of a session reach the tools of its own task, and no other's", async () => {
    const seen: string[] = []
    const team = await startTestModel()
    const other = recordingHost(join(dir, "other"))
    const toolsOf = (name: string) => ({
      url: `${team.access.baseUrl}/${name}`,
      token: name,
      listed: Promise.resolve(),
    })
    try {
      const busy = await runtime.open(taskOf(script({ team: "first" }, { hang: true })), {
        ...other,
        tools: toolsOf("a"),
      })
      await eventually("the call", () => team.requests.length === 1)
      await outcomeOf(taskOf(script({ team: "second" })), { ...host, tools: toolsOf("b") })
      busy.cancel("cancelled")
      await busy.done
      for (const { path, authorization, body } of team.requests)
        seen.push(`${path} ${authorization} ${body.includes("first") ? "first" : "second"}`)
      expect(seen).toEqual(["/v1/a Bearer a first", "/v1/b Bearer b second"])
    } finally {
      team.close()
    }
  })

  test("a session without team tools is offered none", async () => {
    await run({ team: "list" })
    expect(host.text()).toContain('"tools":[]')
  })

  test("a connection that is lost costs nothing: the turn goes on and its end is heard", async () => {
    expect(await run({ say: "before" }, { drop: true }, { say: "after" })).toMatchObject({ summary: "after" })
    expect((await report()).aborted).toEqual([])
  })

  test("frames that are none do no harm", async () => {
    expect(await run({ garbage: true }, { say: "fine" })).toMatchObject({ kind: "succeeded", summary: "fine" })
  })

  test("a gateway that began anew fails what it carried out, and does not go on with it", async () => {
    const outcome = await run({ restart: true })
    expect(outcome).toMatchObject({ kind: "failed", isRetryable: true, message: expect.stringContaining("began anew") })
    const { aborted, resumed } = await report()
    expect(resumed).toEqual([])
    expect(aborted).toHaveLength(1)
  })

  test("a gateway that dies is started anew for the next task", async () => {
    const outcome = await run({ die: 3 })
    expect(outcome).toMatchObject({ kind: "failed", isRetryable: true })
    expect(outcome.kind === "failed" && outcome.message).toContain("told to die")
    expect(await run({ say: "again" })).toMatchObject({ kind: "succeeded" })
    expect(new Set(host.pids).size).toBe(2)
  })

  test("a session that does not hear of its abort ends within two seconds, with its gateway", async () => {
    const session = await runtime.open(taskOf(script({ say: "deaf" }, { stubborn: true })), host)
    await eventually("the word", () => host.text().includes("deaf"))
    const from = performance.now()
    session.cancel("cancelled")
    expect(await session.done).toEqual({ kind: "cancelled" })
    expect(performance.now() - from).toBeLessThan(2_000)
    await eventually("the end of the gateway", () => (statOf(host.pids[0] ?? 0)?.state ?? "Z") === "Z")
  })

  test("more tasks than a gateway carries wait for their turn", async () => {
    const hosts = [1, 2, 3, 4, 5, 6].map((number) => recordingHost(join(dir, `many-${number}`)))
    const all = await Promise.all(hosts.map((each) => outcomeOf(taskOf(script({ say: "mine" })), each)))
    expect(all.map(({ kind }) => kind)).toEqual(hosts.map(() => "succeeded"))
  })

  test("a task leaves no directory behind", async () => {
    await run({ run: "mkdir -p a/b && touch a/b/c && chmod 0 a/b" })
    await eventually("an empty folder", () => readdirSync(workOf(dir)).length === 0)
  })

  test("closing leaves no process", async () => {
    await run({ say: "hello" })
    const [pid = 0] = host.pids
    expect(statOf(pid)).toBeDefined()
    for (const { runtime: each } of opened.splice(0)) await each.close()
    expect(statOf(pid)?.state ?? "Z").toBe("Z")
    expect(existsSync(`/proc/${pid}/fd/0`)).toBe(false)
  })
})

describe.skipIf(missingForCommands())("openclaw that can not be used", () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "muster-test-runtime-"))
  })

  test("not installed: blocked, with what to run", async () => {
    const { blockedReason } = await make(dir, dir).check()
    expect(blockedReason).toContain("npm run runtimes -- install openclaw")
  })

  test("another version: blocked, with both versions", async () => {
    const from = installStandIn()
    try {
      const path = join(from, "openclaw", "runtime.json")
      writeFileSync(path, readFileSync(path, "utf8").replace("2026.9.6", "2026.1.1"))
      const { blockedReason } = await make(dir, from).check()
      expect(blockedReason).toMatch(/2026\.1\.1.*2026\.9\.6/u)
    } finally {
      removeDir(from)
    }
  })

  test("without a model endpoint a task does not begin", async () => {
    const opening = make(dir).open(taskOf("anything"), recordingHost(join(dir, "a")))
    await expect(opening).rejects.toThrow("needs a model endpoint")
  })

  test.for<readonly [string, string, RegExp]>([
    ["dies at each start", "process.exit(9)", /failed 5 times in a row.*9/su],
    [
      "does not take its configuration",
      "console.error('a bad key'); process.exit(78)",
      /gateway failed: .*a bad key/su,
    ],
    [
      "is of another version than it says",
      readFileSync(join(import.meta.dirname, "support/openclaw/stand-in.ts"), "utf8").replace(
        '"2026.9.6"',
        '"2027.1.1"',
      ),
      /2027\.1\.1.*2026\.9\.6/su,
    ],
  ])("a gateway that %s blocks the runtime with words", async ([, source, words]) => {
    const from = installStandIn()
    try {
      writeFileSync(join(from, "openclaw", "stand-in.ts"), source)
      const runtime = make(dir, from)
      const task = taskOf(script({ say: "never" }), { model: model.access })
      const outcome = await (await runtime.open(task, recordingHost(join(dir, "a")))).done
      expect(outcome).toMatchObject({ kind: "failed", reason: "runtime-unavailable" })
      expect((await runtime.check()).blockedReason).toMatch(words)
    } finally {
      removeDir(from)
    }
  })
})
