import { spawn } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { createHash } from "node:crypto"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { TaskEnvelope } from "@muster/contracts"
import type { SimulatedStep } from "@muster/domain"
import { eventually } from "@muster/platform/testing"
import { Redis } from "ioredis"
import { afterAll, afterEach, beforeAll, expect, test } from "vitest"
import { pause } from "#src/pause.ts"
import { because, missing } from "#test/support/machine.ts"
import { processStart } from "#src/processes/inspect.ts"
import { type AgentProcess, startAgentProcess } from "#test/support/agent-process.ts"
import { type Base, makeBase, makeWorld, type Settings, type World } from "#test/support/world.ts"

let base: Base
let worlds: World[] = []
let processes: AgentProcess[] = []
beforeAll(async () => {
  base = await makeBase()
})
afterEach(async () => {
  for (const agent of processes) await agent.kill9()
  for (const world of worlds) await world.close()
  worlds = []
  processes = []
  base.controlPlane.setAway(false)
  base.controlPlane.validKeys.clear()
})
afterAll(() => base.close())

const world = async (settings?: Settings): Promise<World> => {
  const made = await makeWorld(base, settings)
  worlds.push(made)
  return made
}
const inProcess = (stateDir: string, env: Record<string, string> = {}): AgentProcess => {
  const agent = startAgentProcess(stateDir, env)
  processes.push(agent)
  return agent
}
const script = (...steps: readonly SimulatedStep[]): Pick<TaskEnvelope, "runtimeOptions"> => ({
  runtimeOptions: { simulated: { steps } },
})
const hang: SimulatedStep = { kind: "hang" }
const say = (text: string, afterMillis = 0): SimulatedStep => ({ kind: "output", text, afterMillis })
const running = (marker: string): readonly string[] =>
  readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid) || processStart(Number(pid)) === undefined) return false
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(marker)
    } catch {
      return false // gone while we looked
    }
  })

/** Directories of tasks outside the state directory (only without a sandbox). */
const workRoots = (stateDir: string): readonly string[] => {
  const ownName = createHash("sha256").update(stateDir).digest("hex").slice(0, 16)
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`muster-work-${ownName}-`))
}

/** No number was ever used for two different reports. */
const seqsAreUnique = ({ dispatcher }: World): boolean => {
  const bySeq = new Map<number, string>()
  for (const { seq, report } of dispatcher.reports) {
    const text = JSON.stringify(report)
    if (bySeq.has(seq) && bySeq.get(seq) !== text) return false
    bySeq.set(seq, text)
  }
  return true
}

const noSandbox = missing({ sandbox: true })
const sandboxes: readonly { name: string; env: Record<string, string>; why: string | undefined }[] = [
  { name: "in a sandbox", env: {}, why: noSandbox },
  {
    name: "without bubblewrap",
    env: { MUSTER_BWRAP: "/nonexistent/bwrap" },
    why: process.getuid?.() === 0 ? undefined : "skipped: only root confines without it",
  },
]

test.for(sandboxes.filter(({ why }) => why !== undefined))(
  "an agent killed at work gives it back, and nothing of it goes on running ($name, $why)",
  (_, { skip }) => skip(),
)
test.for(sandboxes.filter(({ why }) => why === undefined))(
  "an agent killed at work gives it back, and nothing of it goes on running ($name)",
  async ({ env }) => {
    const here = await world({ slots: 2 })
    const { dispatcher, stateDir, controlPlane } = here
    const first = inProcess(stateDir, env)
    const marker = `7${Math.floor(Math.random() * 1e8)}`
    const command = await dispatcher.assign({
      runtime: "command",
      instructions: `echo begun; (sleep ${marker} & sleep ${marker}); wait`,
    })
    const simulated = await dispatcher.assign(script(hang))
    await dispatcher.report(simulated.assignmentId, "started")
    await eventually("the command writes", () => controlPlane.output(command.assignmentId) === "begun\n")
    await eventually("its processes run", () => running(marker).length > 0)
    await first.kill9()
    const second = inProcess(stateDir, env)
    await dispatcher.report(command.assignmentId, "lost")
    await dispatcher.report(simulated.assignmentId, "lost")
    await eventually("its processes are gone", () => running(marker).length === 0)
    expect(workRoots(stateDir).length).toBeLessThanOrEqual(1)
    const next = await dispatcher.assign(script(say("on we go\n")))
    await dispatcher.report(next.assignmentId, "succeeded")
    expect(seqsAreUnique(here)).toBe(true)
    second.signal("SIGTERM")
    expect(await second.exited).toBe(0)
    expect(workRoots(stateDir)).toEqual([])
  },
)

test.skipIf(noSandbox)(
  `a task in a sandbox dies with its agent, before anybody starts another${because(noSandbox)}`,
  async () => {
    const { dispatcher, stateDir, controlPlane } = await world()
    const agent = inProcess(stateDir)
    const marker = `6${Math.floor(Math.random() * 1e8)}`
    const { assignmentId } = await dispatcher.assign({
      runtime: "command",
      instructions: `echo begun; setsid sleep ${marker} & sleep ${marker}`,
    })
    await eventually("the command writes", () => controlPlane.output(assignmentId) === "begun\n")
    await agent.kill9()
    await eventually("its processes are gone", () => running(marker).length === 0)
  },
)

test("work that had ended before the crash is delivered by the next life, not given back", async () => {
  const here = await world()
  const { dispatcher, stateDir, controlPlane } = here
  controlPlane.setAway(true)
  const first = inProcess(stateDir)
  const { assignmentId } = await dispatcher.assign(
    script(say("all of it\n"), { kind: "artifact", name: "a.txt", text: "kept" }),
  )
  const journal = join(stateDir, "journal.ndjson")
  await eventually(
    "the journal has its end",
    () => existsSync(journal) && readFileSync(journal, "utf8").includes("concluded"),
  )
  await first.kill9()
  controlPlane.setAway(false)
  inProcess(stateDir)
  await dispatcher.report(assignmentId, "succeeded")
  expect(controlPlane.output(assignmentId)).toContain("all of it")
  const { sha256 } = await dispatcher.report(assignmentId, "artifact")
  expect(controlPlane.blobs.get(sha256)?.toString()).toBe("kept")
  expect(dispatcher.of(assignmentId).map(({ kind }) => kind)).not.toContain("lost")
  expect(seqsAreUnique(here)).toBe(true)
})

test("while the control plane is away work goes on, stays live, and its outcome waits for the output", async () => {
  const { dispatcher, controlPlane, start } = await world()
  controlPlane.setAway(true)
  start()
  const { assignmentId } = await dispatcher.assign(script(say("one\n"), say("two\n")))
  await dispatcher.report(assignmentId, "started")
  await eventually("it is live", async () => (await dispatcher.presence())?.live.includes(assignmentId))
  await pause(500)
  expect(dispatcher.of(assignmentId).map(({ kind }) => kind)).toEqual(["started"])
  controlPlane.setAway(false)
  controlPlane.failNext(3)
  const { result } = await dispatcher.report(assignmentId, "succeeded")
  expect(controlPlane.output(assignmentId)).toContain("one\ntwo\n")
  expect(result.output.bytes).toBe(Buffer.byteLength(controlPlane.output(assignmentId)))
})

test("a cancel does not wait for a control plane that is away", async () => {
  const { dispatcher, controlPlane, start } = await world()
  controlPlane.setAway(true)
  start()
  const { taskId, assignmentId } = await dispatcher.assign(script(say("lost on the way\n")))
  await dispatcher.report(assignmentId, "started")
  await dispatcher.control({ kind: "cancel", taskId, assignmentId, reason: "" })
  await dispatcher.report(assignmentId, "cancelled")
})

test("a flushed bus costs nothing: reports come again, the task runs once", async () => {
  const { dispatcher, redis, start, controlPlane } = await world()
  dispatcher.acknowledges = false
  // Long enough that only the new generation of the bus can make the agent send again.
  start({ timings: { ackTimeoutMillis: 600_000 } })
  const task = await dispatcher.assign(script(say("once\n"), { kind: "question", text: "Go on?" }))
  const { questionId } = await dispatcher.report(task.assignmentId, "question")
  await eventually("the agent knows the generation", async () => (await dispatcher.presence())?.live.length === 1)
  await pause(300)
  const before = dispatcher.reports.length
  const raw = new Redis(redis.url)
  await raw.flushall()
  raw.disconnect()
  await dispatcher.rebuild([task])
  dispatcher.acknowledges = true
  await eventually("the question comes again", () =>
    dispatcher.reports
      .slice(before)
      .some(({ report }) => report.kind === "question" && report.questionId === questionId),
  )
  await dispatcher.control({
    kind: "answer",
    taskId: task.taskId,
    assignmentId: task.assignmentId,
    questionId,
    answer: "yes",
  })
  await dispatcher.report(task.assignmentId, "succeeded")
  expect(controlPlane.output(task.assignmentId).match(/once/g)).toHaveLength(1)
  const next = await dispatcher.assign(script(say("next\n")))
  await dispatcher.report(next.assignmentId, "succeeded")
})

test("when the log was restored from a copy, what is held is given back and positions that were used before bring new tasks", async () => {
  const { dispatcher, start } = await world({ slots: 3 })
  start({ timings: { generationCheckMillis: 100 } })
  const before = await dispatcher.assign(script(say("before\n")))
  await dispatcher.report(before.assignmentId, "succeeded")
  const asking = await dispatcher.assign(script({ kind: "question", text: "Go on?" }))
  const { questionId } = await dispatcher.report(asking.assignmentId, "question")
  const lost = await dispatcher.assign(script({ kind: "hang" }))
  await dispatcher.report(lost.assignmentId, "started")
  await eventually("the agent knows the generation", async () => (await dispatcher.presence())?.live.length === 2)
  await pause(300)

  // The copy was made after `before` and `asking` were given out: their outcomes, and all of `lost`, it does not know.
  await dispatcher.restoreLog(2, [before, asking])
  for (const { assignmentId } of [before, asking, lost]) await dispatcher.report(assignmentId, "lost")
  expect(dispatcher.of(lost.assignmentId).map(({ kind }) => kind)).toEqual(["started", "lost"])
  const next = await dispatcher.assign(script(say("next\n")))
  expect(next.position).toBe(lost.position)
  await dispatcher.report(next.assignmentId, "succeeded")
  // The answer to a question of the lost time goes nowhere, and harms nothing.
  const { taskId, assignmentId } = asking
  await dispatcher.control({ kind: "answer", taskId, assignmentId, questionId, answer: "yes" })
  const again = await dispatcher.assign({ ...script(say("again\n")), taskId, epoch: 2 })
  await dispatcher.report(again.assignmentId, "succeeded")
  await eventually("nothing of the lost time is held", async () => (await dispatcher.presence())?.live.length === 0)
})

test("a task that ends while Redis is down is reported when it is back", async () => {
  const { dispatcher, redis, start, controlPlane } = await world()
  start()
  const task = await dispatcher.assign(script(say("begun\n"), say("done\n", 800)))
  await dispatcher.report(task.assignmentId, "started")
  await redis.kill9()
  await eventually("it ends without a bus", () => controlPlane.output(task.assignmentId).includes("done"))
  await redis.restart()
  await eventually("the dispatcher is back", () => dispatcher.bus.isUp())
  await dispatcher.rebuild([task])
  await dispatcher.report(task.assignmentId, "succeeded")
  expect(controlPlane.output(task.assignmentId).match(/begun/g)).toHaveLength(1)
})

test("a report that nobody acknowledges is sent again, and not any more once it is", async () => {
  const { dispatcher, start } = await world()
  dispatcher.acknowledges = false
  start()
  const { assignmentId } = await dispatcher.assign(script(say("x\n")))
  const outcomes = () => dispatcher.reports.filter(({ report }) => report.kind === "succeeded")
  await eventually("it comes twice", () => outcomes().length >= 2)
  expect(new Set(outcomes().map(({ seq }) => seq)).size).toBe(1)
  // Ended, and still ours to answer for until the log has it.
  expect((await dispatcher.presence())?.live).toContain(assignmentId)
  await dispatcher.control({ kind: "ack", seqs: dispatcher.reports.map(({ seq }) => seq) })
  await eventually("it is let go", async () => (await dispatcher.presence())?.live.length === 0)
})

test("a full outbox stops new work and says so; what runs still gets its outcome out", async () => {
  const { dispatcher, start } = await world({ slots: 2 })
  dispatcher.acknowledges = false
  start({ caps: { maxEntries: 3, maxBytes: 1_000_000 } })
  const asked = await dispatcher.assign(script({ kind: "question", text: "Well?" }))
  const { questionId } = await dispatcher.report(asked.assignmentId, "question")
  const ended = await dispatcher.assign(script(say("x\n")))
  await dispatcher.report(ended.assignmentId, "succeeded")
  const presence = await eventually("it says that it is blocked", async () => {
    const value = await dispatcher.presence()
    return value?.status === "blocked" && value
  })
  expect(presence.blockedReason).toContain("reports wait to be recorded")
  const waiting = await dispatcher.assign(script(say("y\n")))
  const { taskId, assignmentId } = asked
  await dispatcher.control({ kind: "answer", taskId, assignmentId, questionId, answer: "yes" })
  await dispatcher.report(assignmentId, "succeeded")
  expect(dispatcher.of(waiting.assignmentId)).toEqual([])
  dispatcher.acknowledges = true
  await dispatcher.control({ kind: "ack", seqs: dispatcher.reports.map(({ seq }) => seq) })
  await dispatcher.report(waiting.assignmentId, "succeeded")
})

test("progress is coalesced: one at a time until it is acknowledged, then the newest", async () => {
  const { dispatcher, start } = await world()
  dispatcher.acknowledges = false
  start()
  const steps = Array.from({ length: 50 }, (_, index): SimulatedStep => ({
    kind: "progress",
    percent: index,
    note: `step ${index}`,
    afterMillis: 1,
  }))
  const { assignmentId } = await dispatcher.assign(script(...steps, hang))
  await eventually(
    "the first is sent again",
    () => dispatcher.reports.filter(({ report }) => report.kind === "progress").length >= 2,
  )
  const seen = () =>
    new Set(dispatcher.of(assignmentId).flatMap((report) => (report.kind === "progress" ? [report.percent] : [])))
  expect([...seen()]).toEqual([0])
  dispatcher.acknowledges = true
  await dispatcher.control({ kind: "ack", seqs: dispatcher.reports.map(({ seq }) => seq) })
  await eventually("the newest comes", () => seen().has(49))
  expect(seen().size).toBe(2)
})

test("an agent whose parent and control plane are gone ends itself", async () => {
  const { stateDir, controlPlane } = await world()
  controlPlane.setAway(true)
  const main = fileURLToPath(new URL("support/agent-process.ts", import.meta.url))
  const command = `"${process.execPath}" "${main}" "${stateDir}" $$ & echo $!`
  const parent = spawn("sh", ["-c", command], { stdio: ["ignore", "pipe", "ignore"] })
  const pid = await new Promise<number>((resolve) =>
    parent.stdout.once("data", (line: Buffer) => resolve(Number(line))),
  )
  await eventually("it ends by itself", () => processStart(pid) === undefined)
  expect(JSON.parse(readFileSync(join(stateDir, "last-exit.json"), "utf8"))).toMatchObject({ pid, code: 79 })
})
