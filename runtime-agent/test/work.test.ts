import { createHash, randomUUID } from "node:crypto"
import { BUS_FIELD, BUS_VERSION, type TaskEnvelope } from "@muster/contracts"
import type { AssignmentId, SimulatedStep } from "@muster/domain"
import { eventually } from "@muster/platform/testing"
import { keys } from "@muster/team-bus"
import { Redis } from "ioredis"
import { afterAll, afterEach, beforeAll, expect, test } from "vitest"
import { type Base, makeBase, makeWorld, type Settings, type World } from "#test/support/world.ts"

let base: Base
let worlds: World[] = []
beforeAll(async () => {
  base = await makeBase()
}, 60_000)
afterEach(async () => {
  for (const world of worlds) await world.close()
  worlds = []
})
afterAll(() => base.close())

const world = async (settings?: Settings): Promise<World> => {
  const made = await makeWorld(base, settings)
  worlds.push(made)
  return made
}
const script = (...steps: readonly SimulatedStep[]): Pick<TaskEnvelope, "runtimeOptions"> => ({
  runtimeOptions: { simulated: { steps } },
})
const hang: SimulatedStep = { kind: "hang" }

test("a task runs to its outcome: started, progress, output, artifact, succeeded", async () => {
  const { dispatcher, controlPlane, start } = await world()
  start()
  const { assignmentId } = await dispatcher.assign({
    title: "Write the brief",
    runtimeOptions: { simulated: { durationMillis: 600 } },
  })
  const { result } = await dispatcher.report(assignmentId, "succeeded")
  const kinds = dispatcher.of(assignmentId).map(({ kind }) => kind)
  expect(kinds[0]).toBe("started")
  expect(kinds).toContain("progress")
  expect(kinds.slice(-2)).toEqual(["artifact", "succeeded"])
  const artifact = await dispatcher.report(assignmentId, "artifact")
  expect(artifact.name).toBe("result.md")
  const stored = controlPlane.blobs.get(artifact.sha256)
  expect(stored?.toString("utf8")).toContain("simulated")
  expect(
    createHash("sha256")
      .update(stored ?? "")
      .digest("hex"),
  ).toBe(artifact.sha256)
  const output = controlPlane.output(assignmentId)
  expect(output).toContain("[simulated] Working on: Write the brief")
  expect(result).toMatchObject({ output: { bytes: Buffer.byteLength(output), isTruncated: false } })
  expect(result.summary).toContain("[simulated]")
})

test("what a session does on the way is reported step by step, with what it used, before the outcome", async () => {
  const { dispatcher, start } = await world()
  start()
  const { assignmentId } = await dispatcher.assign(
    script(
      { kind: "thought", text: "I should look first.\nThen act.", afterMillis: 0 },
      { kind: "tool", title: "Read a file", input: "notes.md", result: "42", durationMillis: 10 },
      { kind: "tool", title: "Delete a file", fails: true, durationMillis: 10 },
      { kind: "usage", usage: { inputTokens: 5, outputTokens: 1 } },
      { kind: "usage", usage: { inputTokens: 9, outputTokens: 2, costMicros: 30 } },
      { kind: "message", text: "**Done**", afterMillis: 0 },
    ),
  )
  await dispatcher.report(assignmentId, "succeeded")
  const own = dispatcher.of(assignmentId)
  const steps = own.flatMap((report) => (report.kind === "step" ? [report.step] : []))
  expect(steps.map(({ kind, status, title }) => [kind, status, title])).toEqual([
    ["thought", "completed", "[simulated] I should look first."],
    ["tool", "running", "[simulated] Read a file"],
    ["tool", "completed", "[simulated] Read a file"],
    ["tool", "running", "[simulated] Delete a file"],
    ["tool", "failed", "[simulated] Delete a file"],
    ["message", "completed", "[simulated] **Done**"],
  ])
  expect(steps[2]).toMatchObject({ stepId: steps[1]?.stepId, detail: "notes.md\n\n42" })
  const usages = own.flatMap((report) => (report.kind === "usage" ? [report.usage.inputTokens] : []))
  expect(usages.at(-1)).toBe(9)
  expect(own.at(-1)?.kind).toBe("succeeded")
})

test("report numbers count from 1 and never skip", async () => {
  const { dispatcher, start } = await world({ slots: 2 })
  start()
  const tasks = await Promise.all(
    [1, 2, 3].map(() => dispatcher.assign(script({ kind: "output", text: "x", afterMillis: 0 }))),
  )
  for (const { assignmentId } of tasks) await dispatcher.report(assignmentId, "succeeded")
  const seqs = [...new Set(dispatcher.reports.map(({ seq }) => seq))].toSorted((a, b) => a - b)
  expect(seqs).toEqual(seqs.map((_, index) => index + 1))
})

test("as many tasks run as there are slots; the next begins when one ends", async () => {
  const { dispatcher, start } = await world({ slots: 2 })
  start()
  const [a, b, c] = await Promise.all([1, 2, 3].map(() => dispatcher.assign(script(hang))))
  if (!a || !b || !c) throw new Error("three tasks")
  await eventually(
    "two are begun",
    () => dispatcher.reports.filter(({ report }) => report.kind === "started").length === 2,
  )
  const begun = new Set(
    dispatcher.reports.flatMap(({ report }) => ("assignmentId" in report ? [report.assignmentId] : [])),
  )
  const live = await eventually("presence lists them", async () => {
    const presence = await dispatcher.presence()
    return presence?.live.length === 2 && presence
  })
  expect(new Set(live.live)).toEqual(begun)
  const first = [a, b, c].find(({ assignmentId }) => begun.has(assignmentId))
  const third = [a, b, c].find(({ assignmentId }) => !begun.has(assignmentId))
  if (!first || !third) throw new Error("two of three begin")
  await dispatcher.control({ kind: "cancel", taskId: first.taskId, assignmentId: first.assignmentId, reason: "" })
  await dispatcher.report(first.assignmentId, "cancelled")
  await dispatcher.report(third.assignmentId, "started")
})

test("a cancel is obeyed while all slots are busy, also when it comes before its task", async () => {
  const { dispatcher, start } = await world()
  start()
  const running = await dispatcher.assign(script(hang))
  await dispatcher.report(running.assignmentId, "started")
  const waiting = await dispatcher.assign(script(hang))
  const cancelOf = ({ taskId, assignmentId }: TaskEnvelope) =>
    ({ kind: "cancel", taskId, assignmentId, reason: "" }) as const
  await dispatcher.control(cancelOf(waiting))
  await dispatcher.control(cancelOf(running))
  await dispatcher.report(running.assignmentId, "cancelled")
  await dispatcher.report(waiting.assignmentId, "cancelled")
  expect(dispatcher.of(waiting.assignmentId).map(({ kind }) => kind)).toEqual(["started", "cancelled"])
})

test("a question waits for its answer, and the answer steers the work", async () => {
  const { dispatcher, controlPlane, start } = await world()
  start()
  const { taskId, assignmentId } = await dispatcher.assign(
    script({ kind: "question", text: "Which colour?", choices: ["red", "blue"] }),
  )
  const { questionId, choices } = await dispatcher.report(assignmentId, "question")
  expect(choices).toEqual(["red", "blue"])
  await dispatcher.control({ kind: "answer", taskId, assignmentId, questionId, answer: "blue" })
  await dispatcher.report(assignmentId, "succeeded")
  expect(controlPlane.output(assignmentId)).toContain("Which colour? → blue")
})

test("a denied approval fails the task as approval-denied, an approved one lets it go on", async () => {
  const { dispatcher, start } = await world({ slots: 2 })
  start()
  const step: SimulatedStep = { kind: "approval", action: "delete the branch" }
  for (const isApproved of [true, false]) {
    const { taskId, assignmentId } = await dispatcher.assign(script(step))
    const { approvalId } = await dispatcher.report(assignmentId, "approval")
    await dispatcher.control({ kind: "approval", taskId, assignmentId, approvalId, isApproved, comment: "because" })
    if (isApproved) await dispatcher.report(assignmentId, "succeeded")
    else
      expect(await dispatcher.report(assignmentId, "failed")).toMatchObject({
        reason: "approval-denied",
        isRetryable: false,
        message: "not approved: delete the branch: because",
      })
  }
})

test("the time limit ends a task, and stands still while it waits for a person or is paused", async () => {
  const { dispatcher, start } = await world({ slots: 3 })
  start()
  const timeLimitMillis = 300
  const endless = await dispatcher.assign({ ...script(hang), timeLimitMillis })
  const asking = await dispatcher.assign({ ...script({ kind: "question", text: "Well?" }), timeLimitMillis })
  const paused = await dispatcher.assign({ ...script(hang), timeLimitMillis: 1_000 })
  await dispatcher.report(paused.assignmentId, "started")
  const { taskId, assignmentId } = paused
  await dispatcher.control({ kind: "pause", taskId, assignmentId })
  expect(await dispatcher.report(endless.assignmentId, "failed")).toMatchObject({
    reason: "time-limit",
    isRetryable: true,
  })
  const { questionId } = await dispatcher.report(asking.assignmentId, "question")
  // A task with the paused one's limit, begun later, has spent it: the paused one still has not.
  const later = await dispatcher.assign({ ...script(hang), timeLimitMillis: 1_000 })
  await dispatcher.report(later.assignmentId, "failed")
  expect(dispatcher.of(paused.assignmentId).map(({ kind }) => kind)).toEqual(["started"])
  await dispatcher.control({
    kind: "answer",
    taskId: asking.taskId,
    assignmentId: asking.assignmentId,
    questionId,
    answer: "now",
  })
  await dispatcher.report(asking.assignmentId, "succeeded")
  await dispatcher.control({ kind: "resume", taskId, assignmentId })
  expect(await dispatcher.report(paused.assignmentId, "failed")).toMatchObject({ reason: "time-limit" })
})

test("a task that is delivered again is not run again", async () => {
  const { dispatcher, start } = await world({ slots: 2 })
  start()
  const running = await dispatcher.assign(script(hang))
  await dispatcher.report(running.assignmentId, "started")
  const ended = await dispatcher.assign(script({ kind: "output", text: "x", afterMillis: 0 }))
  await dispatcher.report(ended.assignmentId, "succeeded")
  // Under other entry ids, as after a rebuild of the inbox.
  await dispatcher.publish({ ...running, position: "50" } as TaskEnvelope)
  await dispatcher.publish({ ...ended, position: "51" } as TaskEnvelope)
  const after = await dispatcher.assign({
    ...script({ kind: "output", text: "x", afterMillis: 0 }),
    position: "52" as never,
  })
  await dispatcher.report(after.assignmentId, "succeeded")
  const starts = dispatcher.reports.filter(({ report }) => report.kind === "started")
  expect(new Set(starts.map(({ seq }) => seq)).size).toBe(3)
})

test("an entry that can not be understood is reported and acknowledged, on the inbox and on the control stream", async () => {
  const { dispatcher, start, redis } = await world()
  const raw = new Redis(redis.url)
  try {
    await raw.xadd(keys.inbox(dispatcher.member), "1-0", BUS_FIELD, "not json")
    await raw.xadd(keys.control(dispatcher.member), "*", BUS_FIELD, JSON.stringify({ v: BUS_VERSION, kind: "explode" }))
    start()
    const poisons = await eventually("both poisons are reported", () => {
      const found = dispatcher.reports.flatMap(({ report }) => (report.kind === "poison" ? [report.stream] : []))
      return new Set(found).size === 2 && found
    })
    expect(new Set(poisons)).toEqual(new Set(["in", "ctl"]))
    await eventually("nothing is pending", async () => {
      const [count] = (await raw.xpending(keys.inbox(dispatcher.member), "agent")) as [number]
      return count === 0
    })
  } finally {
    raw.disconnect()
  }
})

test("settings change slots while it runs, drain takes nothing more, retire ends the agent", async () => {
  const { dispatcher, start, credentials } = await world()
  const agent = start()
  const a = await dispatcher.assign(script(hang))
  const b = await dispatcher.assign(script(hang))
  await dispatcher.report(a.assignmentId, "started")
  await dispatcher.control({ kind: "settings", slots: 2, runtime: "simulated", runtimeOptions: {} })
  await dispatcher.report(b.assignmentId, "started")
  await dispatcher.control({ kind: "drain" })
  await eventually("it says that it drains", async () => (await dispatcher.presence())?.status === "draining")
  // A message to an earlier incarnation is no business of this one.
  const other = randomUUID() as typeof credentials.incarnation
  await dispatcher.control({ kind: "retire", incarnation: other, reason: "replaced" })
  await dispatcher.control({ kind: "retire", incarnation: credentials.incarnation, reason: "removed" })
  expect(await agent.ended).toMatchObject({ code: 78, reason: "removed" })
  expect(dispatcher.of(a.assignmentId as AssignmentId).map(({ kind }) => kind)).toEqual(["started"])
})

test("asked to stop, it gives running work back and ends with code 0", async () => {
  const { dispatcher, start } = await world({ slots: 2 })
  const agent = start()
  const long = await dispatcher.assign(script(hang))
  await dispatcher.report(long.assignmentId, "started")
  const short = await dispatcher.assign(script({ kind: "output", text: "x", afterMillis: 100 }))
  await dispatcher.report(short.assignmentId, "started")
  expect(await agent.stop()).toMatchObject({ code: 0 })
  await dispatcher.report(long.assignmentId, "lost")
  await dispatcher.report(short.assignmentId, "succeeded")
})
