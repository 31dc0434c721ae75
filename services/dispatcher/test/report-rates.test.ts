import { streams } from "@muster/domain"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { house } from "./support/each-test.ts"
import { servers } from "./support/file-servers.ts"
import { House } from "./support/house.ts"

describe("progress", () => {
  test("that comes too fast is thinned out; the newest is kept", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    const task = await crew.agent.task()
    const seqs: number[] = []
    for (let percent = 1; percent <= 20; percent += 1)
      seqs.push(...(await crew.agent.report(task, { kind: "progress", percent })))
    await crew.agent.acknowledges(seqs)
    const recorded = (await house.history(streams.task(taskId))).filter(({ type }) => type === "TaskProgressed")
    expect(recorded.length).toBeLessThan(20)
    expect(recorded.at(-1)?.data).toMatchObject({ percent: 20 })
  })
})

describe("steps", () => {
  const step = (stepId: string, status: "running" | "completed", title = "Read a file") =>
    ({ kind: "step", step: { stepId, kind: "tool", status, title } }) as const

  test("are recorded when they begin and when they end, once each, whatever is said again", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    const task = await crew.agent.task()
    await crew.agent.acknowledges([
      ...(await crew.agent.report(task, step("a", "running"), step("b", "running"), step("a", "completed"))),
      ...(await crew.agent.report(task, step("a", "running"), step("a", "completed"), step("b", "completed"))),
    ])
    const recorded = (await house.history(streams.task(taskId))).filter(({ type }) => type === "TaskStepRecorded")
    expect(recorded.map(({ data }) => (data as { step: { stepId: string; status: string } }).step)).toMatchObject([
      { stepId: "a", status: "running" },
      { stepId: "b", status: "running" },
      { stepId: "a", status: "completed" },
      { stepId: "b", status: "completed" },
    ])
  })

  test("of an assignment that is not the current one change nothing", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    const task = await crew.agent.task()
    const foreign = { ...task, assignmentId: "0190b0a0-0000-7000-8000-000000000099" as never }
    await crew.agent.acknowledges(await crew.agent.report(foreign, step("a", "running")))
    await crew.agent.succeed(task)
    await house.reaches(taskId, "succeeded")
    expect(await house.typesOf(streams.task(taskId))).not.toContain("TaskStepRecorded")
  })

  test("that the log cannot hold (too long, NUL) are dead letters and stop nothing", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    const task = await crew.agent.task()
    await crew.agent.report(task, step("a", "running", "x".repeat(501)), step("b", "running", "a\u0000b"))
    await crew.agent.acknowledges(await crew.agent.report(task, step("c", "running")))
    await crew.agent.succeed(task)
    await house.reaches(taskId, "succeeded")
    const types = await house.typesOf(streams.member(crew.memberId))
    expect(types.filter((type) => type === "MemberEntryDeadLettered")).toHaveLength(2)
    expect((await house.typesOf(streams.task(taskId))).filter((type) => type === "TaskStepRecorded")).toHaveLength(1)
  })
})

describe("usage that comes sooner than it may", () => {
  let slow: House
  beforeEach(async () => {
    await house.stopDispatcher()
    slow = new House(servers, { usageMinIntervalMillis: 60_000 })
    slow.startDispatcher()
  })
  afterEach(() => slow.close())

  test("waits, and the last totals are recorded before the outcome", async () => {
    const crew = await slow.crew()
    const taskId = await slow.dispatch(crew)
    const task = await crew.agent.task()
    const usage = (inputTokens: number) => ({ kind: "usage", usage: { inputTokens, outputTokens: 1 } }) as const
    await crew.agent.acknowledges(await crew.agent.report(task, usage(1)))
    await crew.agent.acknowledges(await crew.agent.report(task, usage(2), usage(3)).then((seqs) => seqs.slice(0, 1)))
    await crew.agent.succeed(task)
    await slow.reaches(taskId, "succeeded")
    const history = (await slow.history(streams.task(taskId))).slice(3)
    expect(
      history.map(({ type, data }) => [type, (data as { usage?: { inputTokens: number } }).usage?.inputTokens]),
    ).toEqual([
      ["TaskUsageRecorded", 1],
      ["TaskUsageRecorded", 3],
      ["TaskSucceeded", undefined],
    ])
  })
})

describe("progress that comes sooner than it may", () => {
  let slow: House
  beforeEach(async () => {
    await house.stopDispatcher()
    slow = new House(servers, { progressMinIntervalMillis: 60_000 })
    slow.startDispatcher()
  })
  afterEach(() => slow.close())

  test("is not recorded: each newer one, or the outcome, takes its place", async () => {
    const crew = await slow.crew()
    const taskId = await slow.dispatch(crew)
    const task = await crew.agent.task()
    await crew.agent.acknowledges(await crew.agent.report(task, { kind: "progress", percent: 1 }))
    const second = await crew.agent.report(task, { kind: "progress", percent: 2 })
    const third = await crew.agent.report(task, { kind: "progress", percent: 3 })
    await crew.agent.acknowledges(second)
    expect(crew.agent.acked.has(third[0] ?? 0)).toBe(false)
    await crew.agent.succeed(task)
    await crew.agent.acknowledges(third)
    expect(await slow.typesOf(streams.task(taskId))).toEqual([
      "TaskDispatched",
      "TaskAssigned",
      "TaskStarted",
      "TaskProgressed",
      "TaskSucceeded",
    ])
  })
})
