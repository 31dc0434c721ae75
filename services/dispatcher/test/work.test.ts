import { approvalHash, streams } from "@muster/domain"
import { eventually } from "@muster/platform/testing"
import { describe, expect, test } from "vitest"
import { CLOCK_ANSWER_MAX_MILLIS } from "#src/limits.ts"
import { house } from "./support/each-test.ts"
import { profileOf } from "./support/specs.ts"

const failed = (isRetryable = true) => ({ kind: "failed", reason: "error", message: "it broke", isRetryable }) as const
const later = (millis: number) => new Date(Date.now() + millis).toISOString()

describe("the way of a task", () => {
  test("dispatched work is assigned to its member, runs and has its outcome recorded", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew, { title: "Write it down" })
    const task = await crew.agent.task()
    expect(task).toMatchObject({ taskId, title: "Write it down", run: 1, attempt: 1, epoch: 1, idempotencyKey: taskId })
    await crew.agent.succeed(task)
    await house.reaches(taskId, "succeeded")
    expect(await house.typesOf(streams.task(taskId))).toEqual([
      "TaskDispatched",
      "TaskAssigned",
      "TaskStarted",
      "TaskSucceeded",
    ])
  })

  test("events carry the command that asked for the work, and who reported", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    await crew.agent.succeed(await crew.agent.task())
    await house.reaches(taskId, "succeeded")
    const [dispatched, assigned, started] = await house.history(streams.task(taskId))
    expect(assigned?.meta.actor).toMatchObject({ kind: "system", id: "dispatcher" })
    expect(started?.meta.actor).toMatchObject({
      kind: "member",
      id: crew.memberId,
      onBehalfOf: house.userId,
      via: "bus",
    })
    expect([assigned, started].map((event) => event?.meta.correlationId)).toEqual([
      dispatched?.meta.correlationId,
      dispatched?.meta.correlationId,
    ])
  })

  test("an inbox is empty once the outcomes of its tasks are recorded", async () => {
    const crew = await house.crew()
    await house.dispatch(crew)
    await crew.agent.succeed(await crew.agent.task())
    await eventually("the entry is deleted", async () => (await house.bus.inboxes([crew]))[0]?.length === 0)
  })
})

describe("the queue", () => {
  test("a member is given its slots and one task more; the rest waits by priority, then by age", async () => {
    const crew = await house.crew({ slots: 1 })
    const first = await house.dispatch(crew)
    const second = await house.dispatch(crew)
    await crew.agent.task(2)
    const low = await house.dispatch(crew, { priority: 1 })
    const early = await house.dispatch(crew, { priority: 7 })
    const late = await house.dispatch(crew, { priority: 7 })
    const high = await house.dispatch(crew, { priority: 9 })
    expect((await house.taskState(high)).phase).toBe("queued")
    for (let n = 1; n <= 6; n += 1) await crew.agent.succeed(await crew.agent.task(n))
    expect(crew.agent.taken.map(({ taskId }) => taskId)).toEqual([first, second, high, early, late, low])
  })

  test("a priority that is changed counts at once", async () => {
    const crew = await house.crew({ slots: 1 })
    await house.dispatch(crew)
    await house.dispatch(crew)
    await crew.agent.task(2)
    await house.dispatch(crew, { priority: 8 })
    const raised = await house.dispatch(crew, { priority: 1 })
    await house.taskCommand(crew, raised, { kind: "prioritise", priority: 9 })
    await crew.agent.succeed(await crew.agent.task(1))
    expect((await crew.agent.task(3)).taskId).toBe(raised)
  })

  test("work that waits for one member and is given to another is begun there at once, and never by the first", async () => {
    const crew = await house.crew({ slots: 1 })
    const first = await house.dispatch(crew)
    const second = await house.dispatch(crew)
    await crew.agent.task(2)
    const waiting = await house.dispatch(crew)
    const idle = await house.addMember(crew.teamId)
    const agent = await house.enroll(idle)
    await house.taskCommand(crew, waiting, { kind: "reassign", target: { memberId: idle.memberId } })
    expect((await agent.task()).taskId).toBe(waiting)
    for (const n of [1, 2]) await crew.agent.succeed(await crew.agent.task(n))
    for (const id of [first, second]) await house.reaches(id, "succeeded")
    await agent.succeed(await agent.task())
    expect(await house.reaches(waiting, "succeeded")).toMatchObject({ memberId: idle.memberId })
    expect(crew.agent.taken.map(({ taskId }) => taskId)).toEqual([first, second])
  })

  test("work that is given to a pool goes to whoever has the skills", async () => {
    const member = await house.addMember(await house.createTeam())
    const taskId = await house.dispatch(member)
    const able = await house.addMember(member.teamId, { skills: ["rust"] })
    const agent = await house.enroll(able)
    await house.taskCommand(member, taskId, { kind: "reassign", target: { pool: { skills: ["Rust"] } } })
    await agent.succeed(await agent.task())
    expect(await house.reaches(taskId, "succeeded")).toMatchObject({ memberId: able.memberId })
  })

  test("work for an offline member waits in the queue until its agent is there", async () => {
    const member = await house.addMember(await house.createTeam())
    const taskId = await house.dispatch(member)
    await house.dispatch(await house.crew())
    expect(await house.typesOf(streams.task(taskId))).toEqual(["TaskDispatched"])
    const agent = await house.enroll(member)
    expect((await agent.task()).taskId).toBe(taskId)
  })

  test("an agent that is blocked or draining is given nothing", async () => {
    const member = await house.addMember(await house.createTeam())
    const agent = await house.enroll(member)
    agent.status = "blocked"
    await eventually(
      "its beat says so",
      async () => (await house.bus.presence([member]))[0]?.value.status === "blocked",
    )
    await house.happens(streams.member(member.memberId), "MemberPresent")
    const taskId = await house.dispatch(member)
    const other = await house.crew()
    await house.dispatch(other)
    await other.agent.task()
    expect((await house.taskState(taskId)).phase).toBe("queued")
    agent.status = "ready"
    expect((await agent.task()).taskId).toBe(taskId)
  })

  test("a paused member and a paused team are given nothing until they are resumed", async () => {
    const crew = await house.crew()
    await house.happens(streams.member(crew.memberId), "MemberPresent")
    await house.memberCommand(crew, { kind: "pause", reason: "" })
    await house.teamCommand(crew.teamId, { kind: "pause", reason: "" })
    const taskId = await house.dispatch(crew)
    await house.memberCommand(crew, { kind: "resume" })
    const other = await house.crew()
    await house.dispatch(other)
    await other.agent.task()
    expect((await house.taskState(taskId)).phase).toBe("queued")
    await house.teamCommand(crew.teamId, { kind: "resume" })
    expect((await crew.agent.task()).taskId).toBe(taskId)
  })

  test("more slots mean more work at once, and the agent is told of them", async () => {
    const crew = await house.crew({ slots: 1 })
    for (let n = 0; n < 3; n += 1) await house.dispatch(crew)
    await crew.agent.task(2)
    await house.memberCommand(crew, { kind: "edit", profile: profileOf({ slots: 2 }) })
    await crew.agent.task(3)
    await eventually("the agent knows its slots", () =>
      crew.agent.heard.some((message) => message.kind === "settings" && message.slots === 2),
    )
  })
})

describe("what a person asks of running work", () => {
  test("cancel reaches the agent even while all its slots are busy", async () => {
    const crew = await house.crew({ slots: 1 })
    const taskId = await house.dispatch(crew)
    const task = await crew.agent.task()
    await crew.agent.report(task, { kind: "started" })
    await house.reaches(taskId, "running")
    await house.taskCommand(crew, taskId, { kind: "cancel", reason: "no longer needed" })
    expect(await crew.agent.hears("cancel")).toMatchObject({
      assignmentId: task.assignmentId,
      reason: "no longer needed",
    })
    await crew.agent.report(task, { kind: "cancelled" })
    await house.reaches(taskId, "cancelled")
  })

  test("answers, decisions, pause and resume reach the agent", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    const task = await crew.agent.task()
    const questionId = "0190b0a0-0000-7000-8000-000000000001" as never
    const approvalId = "0190b0a0-0000-7000-8000-000000000002" as never
    await crew.agent.report(task, { kind: "question", questionId, text: "Which?", choices: [] })
    await house.reaches(taskId, "needs-input")
    await house.taskCommand(crew, taskId, { kind: "answer", questionId, answer: "this one" })
    expect(await crew.agent.hears("answer")).toMatchObject({ questionId, answer: "this one" })
    await crew.agent.report(task, { kind: "approval", approvalId, action: "delete", detail: "" })
    await house.reaches(taskId, "needs-approval")
    const hash = approvalHash({ action: "delete", detail: "" })
    const denial = { kind: "decide-approval", approvalId, isApproved: false, comment: "no", hash } as const
    await house.taskCommand(crew, taskId, denial)
    expect(await crew.agent.hears("approval")).toMatchObject({ approvalId, isApproved: false, comment: "no" })
    await house.taskCommand(crew, taskId, { kind: "pause" })
    await crew.agent.hears("pause")
    await house.taskCommand(crew, taskId, { kind: "resume" })
    await crew.agent.hears("resume")
  })
})

describe("a person and the dispatcher who act at the same moment", () => {
  test("never write a history that cannot be", async () => {
    const crew = await house.crew({ slots: 64 })
    await house.happens(streams.member(crew.memberId), "MemberPresent")
    const taskIds = await Promise.all(Array.from({ length: 40 }, () => house.dispatch(crew)))
    await Promise.all(taskIds.map((taskId) => house.taskCommand(crew, taskId, { kind: "cancel", reason: "" })))
    for (const taskId of taskIds) {
      const state = await house.taskState(taskId)
      if (state.assignment === undefined) expect(state.phase).toBe("cancelled")
      else expect(state.isCancelRequested).toBe(true)
    }
  })
})

describe("time", () => {
  test("a task whose deadline passes expires, and its agent is told to stop", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew, { deadlineAt: later(600) })
    const task = await crew.agent.task()
    await crew.agent.report(task, { kind: "started" })
    await house.reaches(taskId, "expired")
    expect(await crew.agent.hears("cancel")).toMatchObject({ assignmentId: task.assignmentId })
  })

  test("a task that waits for nobody expires as well", async () => {
    const member = await house.addMember(await house.createTeam())
    const taskId = await house.dispatch(member, { deadlineAt: later(100) })
    await house.reaches(taskId, "expired")
  })

  test("a task does not begin before its start time", async () => {
    const crew = await house.crew()
    const notBefore = later(CLOCK_ANSWER_MAX_MILLIS * 2)
    const taskId = await house.dispatch(crew, { notBefore })
    await crew.agent.task()
    const ready = await house.happens(streams.task(taskId), "TaskReady")
    // The dispatcher knows the database's clock as well as an answer's way lets it.
    expect(Date.parse(ready.at) - Date.parse(notBefore)).toBeGreaterThanOrEqual(-CLOCK_ANSWER_MAX_MILLIS / 2)
  })

  test("a task that outlives its time limit fails, though its agent does nothing about it", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew, { timeLimitMillis: 100 })
    const task = await crew.agent.task()
    await crew.agent.report(task, { kind: "started" })
    expect((await house.reaches(taskId, "failed")).lastFailure?.reason).toBe("time-limit")
    await crew.agent.hears("cancel")
  })

  test("waiting for a person does not use up the time limit", async () => {
    const crew = await house.crew()
    const waits = await house.dispatch(crew, { timeLimitMillis: 100 })
    const task = await crew.agent.task()
    const questionId = "0190b0a0-0000-7000-8000-000000000003" as never
    await crew.agent.report(task, { kind: "question", questionId, text: "Which?", choices: [] })
    await house.reaches(waits, "needs-input")
    // A second task with the same limit runs out of it meanwhile.
    const other = await house.crew()
    const works = await house.dispatch(other, { timeLimitMillis: 100 })
    await other.agent.report(await other.agent.task(), { kind: "started" })
    await house.reaches(works, "failed")
    expect((await house.taskState(waits)).phase).toBe("needs-input")
  })
})

describe("failing and trying again", () => {
  test("a failed attempt is tried again after its wait, as often as the policy says", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew, { retry: { maxAttempts: 2, backoffMillis: 50 } })
    const first = await crew.agent.task(1)
    await crew.agent.report(first, { kind: "started" }, failed())
    const second = await crew.agent.task(2)
    expect(second).toMatchObject({ attempt: 2, run: 1, epoch: 2, idempotencyKey: first.idempotencyKey })
    await crew.agent.report(second, { kind: "started" }, failed())
    await house.reaches(taskId, "failed")
    expect((await house.typesOf(streams.task(taskId))).filter((type) => type === "TaskRetryScheduled")).toHaveLength(1)
  })

  test("what the agent calls hopeless is not tried again", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew, { retry: { maxAttempts: 5, backoffMillis: 0 } })
    await crew.agent.report(await crew.agent.task(), { kind: "started" }, failed(false))
    await house.reaches(taskId, "failed")
  })

  test("a person's retry of a failed task is a new run of it", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    await crew.agent.report(await crew.agent.task(1), { kind: "started" }, failed())
    await house.reaches(taskId, "failed")
    await house.taskCommand(crew, taskId, { kind: "retry" })
    const again = await crew.agent.task(2)
    expect(again).toMatchObject({ taskId, run: 2, attempt: 1, epoch: 2 })
    await crew.agent.succeed(again)
    await house.reaches(taskId, "succeeded")
  })

  test("a task its agent refuses is dead-lettered, and can be redriven", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    await crew.agent.report(await crew.agent.task(1), { kind: "refused", message: "cannot do that" })
    expect((await house.reaches(taskId, "dead-lettered")).lastFailure).toMatchObject({ reason: "refused-by-agent" })
    await house.taskCommand(crew, taskId, { kind: "redrive" })
    await crew.agent.succeed(await crew.agent.task(2))
    await house.reaches(taskId, "succeeded")
  })
})

describe("dependencies", () => {
  test("a task waits for those it names, and begins when all have succeeded", async () => {
    const crew = await house.crew({ slots: 4 })
    const a = await house.dispatch(crew)
    const b = await house.dispatch(crew)
    const after = await house.dispatch(crew, { after: [a, b] })
    await crew.agent.succeed(await crew.agent.task(1))
    await house.reaches(a, "succeeded")
    expect((await house.taskState(after)).phase).toBe("waiting")
    await crew.agent.succeed(await crew.agent.task(2))
    expect((await crew.agent.task(3)).taskId).toBe(after)
  })

  test("a task that names one which had succeeded long before begins at once", async () => {
    const crew = await house.crew()
    const before = await house.dispatch(crew)
    await crew.agent.succeed(await crew.agent.task(1))
    await house.reaches(before, "succeeded")
    const after = await house.dispatch(crew, { after: [before] })
    expect((await crew.agent.task(2)).taskId).toBe(after)
  })

  test("a dependency that fails takes along all that wait for it, one after the other", async () => {
    const crew = await house.crew()
    const first = await house.dispatch(crew)
    const second = await house.dispatch(crew, { after: [first] })
    const third = await house.dispatch(crew, { after: [second] })
    await crew.agent.report(await crew.agent.task(), { kind: "started" }, failed())
    expect((await house.reaches(second, "failed")).lastFailure?.reason).toBe("dependency-failed")
    expect((await house.reaches(third, "failed")).lastFailure?.reason).toBe("dependency-failed")
  })
})
