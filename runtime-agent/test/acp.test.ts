import { randomUUID } from "node:crypto"
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { AcpOptions, ConversationId } from "@muster/domain"
import { eventually } from "@muster/platform/testing"
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest"
import { hasCode } from "#src/errors.ts"
import { allProcesses, processStart } from "#src/processes/inspect.ts"
import { pause } from "#src/pause.ts"
import { acpRuntime, type AcpRuntime } from "#src/runtimes/acp/index.ts"
import type { RuntimeTask, Session, SessionHost } from "#src/runtimes/contract.ts"
import { installScriptedAgent, recordingHost, runtimeTask, type ScriptedStep, scriptText } from "#src/testing/index.ts"
import { because, missingForCommands } from "#test/support/machine.ts"
import { quietLog } from "#test/support/quiet.ts"
import { startToolServer } from "#test/support/tool-server.ts"

const missing = missingForCommands()
const A_MOMENT_MILLIS = 100
const runtimesDir = mkdtempSync(join(tmpdir(), "muster-test-runtimes-"))
const argv = missing === undefined ? await installScriptedAgent(runtimesDir) : []
afterAll(() => rmSync(runtimesDir, { recursive: true, force: true }))

describe.skipIf(missing)(`an agent over the Agent Client Protocol${because(missing)}`, () => {
  let dir: string
  let runtime: AcpRuntime
  const sessions: Session[] = []
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "muster-test-acp-"))
    const env = { ...process.env, MUSTER_RUNTIMES_DIR: runtimesDir }
    const timings = { cancelGraceMillis: 300 }
    runtime = acpRuntime({ memberId: randomUUID(), stateDir: dir, timings, env, log: quietLog })
  })
  afterEach(async () => {
    for (const session of sessions.splice(0)) {
      session.cancel("stopping")
      await session.done
    }
    await runtime.close()
    rmSync(dir, { recursive: true, force: true })
  })

  const hostOf = (more: Partial<SessionHost> = {}) => Object.assign(recordingHost(join(dir, randomUUID())), more)
  const open = async (
    instructions: string,
    host: SessionHost,
    acp: AcpOptions = {},
    more: Partial<RuntimeTask> = {},
  ): Promise<Session> => {
    const options = { acp: { agent: "custom", argv, ...acp } } as const
    const session = await runtime.open(runtimeTask({ instructions, ...more, options }), host)
    sessions.push(session)
    return session
  }
  const play = (steps: readonly ScriptedStep[], host: SessionHost, acp: AcpOptions = {}, more = {}) =>
    open(scriptText(steps), host, acp, more)
  const shell = (script: string, host: SessionHost) => open("", host, { argv: ["sh", "-c", script] })

  const commandOf = (pid: number): string => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim()
    } catch (error) {
      if (hasCode(error, "ENOENT", "ESRCH")) return ""
      throw error
    }
  }
  const deed: ScriptedStep = { permission: { title: "the deed", input: { command: "rm -r all", force: true } } }

  test("shows who decides the exact arguments of the deed", async () => {
    const host = hostOf()
    const session = await play([deed, { say: "done" }], host)
    const request = await eventually("the request", () => host.approvals[0])
    expect(request.action).toBe("the deed")
    expect(JSON.parse(request.detail)).toEqual({ command: "rm -r all", force: true })
    session.decide(request.approvalId, true, "")
    expect(await session.done).toMatchObject({ kind: "succeeded", summary: "done" })
  })

  test("leave that nobody gives is waited for, costs no other task, and ends with its task", async () => {
    const host = hostOf()
    const waiting = await play([deed, { say: "done" }], host)
    await eventually("the request", () => host.approvals[0])
    const other = hostOf()
    expect(await (await play([{ say: "meanwhile" }], other)).done).toMatchObject({ kind: "succeeded" })
    const still = pause(A_MOMENT_MILLIS).then(() => "it waits")
    expect(await Promise.race([waiting.done, still])).toBe("it waits")
    waiting.cancel("cancelled")
    await waiting.done
    expect(host.text()).not.toContain("done")
    expect(host.pids.map(processStart)).toEqual([undefined])
  })

  test("asks nobody where leave was given beforehand", async () => {
    const host = hostOf()
    expect(await (await play([deed, { say: "done" }], host, { permissions: "allow" })).done).toMatchObject({
      kind: "succeeded",
    })
    expect(host.approvals).toEqual([])
  })

  test("an agent that was denied something and finds another way succeeds only by declaring it", async () => {
    const decide = async (host: ReturnType<typeof hostOf>) => {
      const session = await play([deed], host)
      const request = await eventually("the request", () => host.approvals[0])
      session.decide(request.approvalId, false, "too risky")
      return session.done
    }
    expect(await decide(hostOf())).toMatchObject({
      reason: "approval-denied",
      message: "not approved: the deed: too risky",
    })
    const completion = () => ({ status: "succeeded" as const, summary: "done in another way" })
    expect(await decide(hostOf({ completion }))).toMatchObject({ kind: "succeeded", summary: "done in another way" })
  })

  test("a form is asked as questions, with its choices", async () => {
    const host = hostOf()
    const session = await play([{ ask: { message: "Which colour?", choices: ["red", "blue"] } }], host)
    const question = await eventually("the question", () => host.questions[0])
    expect(question).toMatchObject({ text: "Which colour?", choices: ["red", "blue"] })
    session.answer(question.questionId, "blue")
    await session.done
    expect(host.text()).toContain('got {"answer":"blue"}')
  })

  test("uses the tools of the team by their address and token", async () => {
    const tools = await startToolServer("the-token")
    try {
      const host = hostOf({ tools: tools.access })
      const steps = [{ team: { name: "post_chat", arguments: { text: "hi all" } } }, { say: "posted" }]
      expect(await (await play(steps, host)).done).toMatchObject({ kind: "succeeded" })
      expect(tools.calls).toEqual([{ name: "post_chat", arguments: { text: "hi all" } }])
      expect(host.text()).toContain("post_chat: posted: hi all")
    } finally {
      await tools.close()
    }
  })

  test("is told of its team after its task, and again when it goes on after an interruption", async () => {
    const briefing = async () => "## Your team\nYou are @lea, the leader of a team."
    const first = hostOf({ briefing })
    await (
      await open("Mind the gap.", first)
    ).done
    expect(first.text()).toContain("# A task\n\nMind the gap.\n\n## Your team\nYou are @lea")
    const taskId = randomUUID() as RuntimeTask["taskId"]
    const host = hostOf({ briefing })
    await (
      await play([{ dieUnlessResumed: true }], hostOf(), {}, { taskId })
    ).done
    await (
      await open("Mind the gap.", host, {}, { taskId })
    ).done
    expect(host.text()).toMatch(/interrupted.*Mind the gap.*## Your team/su)
  })

  test("begins without words of its team when there are none to be had", async () => {
    const host = hostOf({ briefing: async () => undefined })
    await (
      await open("Alone.", host)
    ).done
    expect(host.text()).toContain("Alone.")
    expect(host.text()).not.toContain("undefined")
  })

  test("what it declared itself is believed before its prose, and only then", async () => {
    const completion = () => ({ status: "failed" as const, summary: "the tests are red" })
    expect(await (await play([{ say: "All good!" }], hostOf({ completion }))).done).toMatchObject({
      kind: "failed",
      message: "the tests are red",
    })
  })

  test("a message of the chat goes on in the session of its conversation; another conversation knows nothing of it", async () => {
    const conversationId = randomUUID() as ConversationId
    const turn = (steps: readonly ScriptedStep[], id: ConversationId, host = hostOf()) =>
      play(steps, host, {}, { conversationId: id })
    expect(await (await turn([{ say: "hello" }], conversationId)).done).toMatchObject({ summary: "hello" })
    const host = hostOf()
    expect(await (await turn([{ dieUnlessResumed: true }], conversationId, host)).done).toMatchObject({
      kind: "succeeded",
    })
    expect(host.text()).toContain("resumed")
    expect(host.text()).not.toContain("hello")
    expect(await (await turn([{ dieUnlessResumed: true }], conversationId)).done).toMatchObject({ kind: "succeeded" })
    const fresh = await turn([{ dieUnlessResumed: true }], randomUUID() as ConversationId)
    expect(await fresh.done).toMatchObject({ kind: "failed" })
  })

  test("a turn that ends over open work is told once, then fails with what is open", async () => {
    let asked = 0
    const unfinished = async () => {
      asked += 1
      return "the task “Build” runs"
    }
    const host = hostOf({ unfinished })
    expect(await (await play([{ say: "done" }], host)).done).toMatchObject({
      kind: "failed",
      message: expect.stringContaining("the task “Build” runs") as string,
    })
    expect(asked).toBe(2)
    const forgiven = hostOf({ unfinished: async () => undefined })
    expect(await (await play([{ say: "done" }], forgiven)).done).toMatchObject({ kind: "succeeded" })
  })

  test("hears what a person said when its turn has ended, and is not done before", async () => {
    const host = hostOf()
    const session = await play([deed, { say: "first" }], host)
    const request = await eventually("the request", () => host.approvals[0])
    session.steer?.("In euros, please.", false)
    session.decide(request.approvalId, true, "")
    const outcome = await session.done
    expect(outcome).toMatchObject({ kind: "succeeded" })
    expect(host.text()).toMatch(/first.*A person has said this about your task.*In euros, please\./su)
  })

  test("counts what all turns of its session cost", async () => {
    const host = hostOf()
    const session = await play([deed, { usage: { inputTokens: 120, outputTokens: 30 } }, { say: "first" }], host)
    const request = await eventually("the request", () => host.approvals[0])
    session.steer?.(scriptText([{ usage: { inputTokens: 10, outputTokens: 5 } }, { say: "second" }]), false)
    session.decide(request.approvalId, true, "")
    expect(await session.done).toMatchObject({ kind: "succeeded" })
    expect(host.usages.at(-1)).toMatchObject({ inputTokens: 130, outputTokens: 35 })
  })

  test("leaves off what it does for a person who interrupts, and goes on in the same session", async () => {
    const host = hostOf()
    const session = await play([{ say: "at it" }, { hang: "politely" }, { say: "never" }], host)
    await eventually("it works", () => host.text().includes("at it") || undefined)
    session.steer?.("Stop that. Count to three.", true)
    expect(await session.done).toMatchObject({ kind: "succeeded" })
    expect(host.text()).toContain("Count to three.")
    expect(host.text()).not.toContain("never")
    expect(host.pids).toHaveLength(1)
  })

  test("that has declared its end is not kept from it by what a person says then", async () => {
    const completion = () => ({ status: "succeeded" as const, summary: "all done" })
    const host = hostOf({ completion })
    const session = await play([deed], host)
    const request = await eventually("the request", () => host.approvals[0])
    session.steer?.("One more thing.", true)
    session.decide(request.approvalId, true, "")
    expect(await session.done).toMatchObject({ kind: "succeeded", summary: "all done" })
    expect(host.text()).not.toContain("One more thing.")
  })

  test("a turn without a word and without a deed is no success", async () => {
    expect(await (await play([], hostOf())).done).toMatchObject({ kind: "failed", isRetryable: true })
  })

  test("thoughts and messages become steps when they are complete, and what it cost is told", async () => {
    const host = hostOf()
    const steps: ScriptedStep[] = [
      { think: "hm, " },
      { think: "so" },
      { say: "Part one" },
      { say: " and two." },
      { usage: { inputTokens: 120, outputTokens: 30 } },
    ]
    await (
      await play(steps, host)
    ).done
    expect(host.steps).toMatchObject([
      { kind: "thought", status: "completed", detail: "hm, so" },
      { kind: "message", status: "completed", detail: "Part one and two." },
    ])
    expect(host.usages).toEqual([{ inputTokens: 120, outputTokens: 30 }])
    expect(host.text()).toBe("Part one and two.\n")
  })

  test("a refusal of the model is not tried again; an answer that was cut is", async () => {
    expect(await (await play([{ stop: "refusal" }], hostOf())).done).toMatchObject({
      kind: "failed",
      isRetryable: false,
    })
    expect(await (await play([{ stop: "max_tokens" }], hostOf())).done).toMatchObject({
      kind: "failed",
      isRetryable: true,
    })
  })

  test("an error of the agent is told without the session's secrets", async () => {
    const model = { baseUrl: "http://127.0.0.1:1/v1", apiKey: "sk-very-secret", model: "m" }
    const host = hostOf()
    const steps: ScriptedStep[] = [
      { warn: "using sk-very-secret\n" },
      { error: { code: -32_603, message: "401 for key sk-very-secret" } },
    ]
    const outcome = await (await play(steps, host, {}, { model })).done
    expect(outcome).toMatchObject({ kind: "failed", message: expect.stringContaining("401 for key …") as string })
    expect(host.text()).toContain("using …")
  })

  test("an agent that dies before it is ready could not begin; its last words are told", async () => {
    expect(await (await shell("echo no such model >&2; exit 3", hostOf())).done).toMatchObject({
      kind: "failed",
      reason: "runtime-unavailable",
      message: expect.stringMatching(/exit code 3.*no such model/u) as string,
    })
  })

  test("an agent that dies in the middle of its work has failed, and may be tried again", async () => {
    expect(await (await play([{ say: "begun" }, { exit: 9 }], hostOf())).done).toMatchObject({
      kind: "failed",
      reason: "exit-code",
      exitCode: 9,
      isRetryable: true,
    })
  })

  test("a program that is no agent is named as such", async () => {
    const answer = '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":9}}'
    expect(await (await shell(`read line; echo '${answer}'; sleep 60`, hostOf())).done).toMatchObject({
      reason: "runtime-unavailable",
      message: expect.stringContaining("version 9") as string,
    })
    expect(await (await open("", hostOf(), { argv: ["no-such-program"] })).done).toMatchObject({
      reason: "runtime-unavailable",
      message: expect.stringContaining("not found") as string,
    })
  })

  test("a flood without a line's end is output, and costs neither memory nor the cancel", async () => {
    const host = hostOf()
    const session = await shell("cat /dev/zero", host)
    await eventually("much output", () => host.outputBytes() > 40_000_000)
    session.cancel("cancelled")
    await session.done
    expect(host.pids.map(processStart)).toEqual([undefined])
  })

  test("nothing of an agent is left running after its task, not even what left its group", async () => {
    const host = hostOf()
    const mark = `30${Math.trunc(Math.random() * 1e9)}`
    const commands = () =>
      allProcesses()
        .map(({ pid }) => commandOf(pid))
        .filter((text) => text.includes(mark))
    const steps: ScriptedStep[] = [{ run: `setsid sleep ${mark} > /dev/null 2>&1 & echo begun` }, { hang: "politely" }]
    const session = await play(steps, host)
    await eventually("the process that escapes", () => commands().includes(`sleep ${mark}`))
    session.cancel("time-limit")
    await session.done
    expect(host.pids.map(processStart)).toEqual([undefined])
    await eventually("what was killed is gone", () => commands().length === 0)
  })

  test("an agent that can not be written down is not left running", async () => {
    const pids: number[] = []
    const host = hostOf({
      process: async (pid) => {
        pids.push(pid)
        throw new Error("the disk is full")
      },
    })
    await expect(play([{ hang: "stubborn" }], host)).rejects.toThrow("the disk is full")
    expect(pids.map(processStart)).toEqual([undefined])
  })

  test("a member whose agent is not installed is blocked with the command that mends it", async () => {
    expect(await runtime.check({ acp: { agent: "opencode" } })).toEqual({
      blockedReason: 'opencode is not installed: run "npm run runtimes -- install opencode"',
    })
    mkdirSync(join(runtimesDir, "codex"))
    expect(await runtime.check({ acp: { agent: "codex" } })).toHaveProperty("blockedReason")
    expect(await runtime.check({ acp: { agent: "custom", argv } })).toEqual({})
    expect(await runtime.check({ acp: { agent: "custom" } })).toHaveProperty("blockedReason")
  })
})
