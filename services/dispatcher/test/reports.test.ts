import type { AssignmentReport, ReportEnvelope } from "@muster/contracts"
import { streams, type TaskId } from "@muster/domain"
import { eventually } from "@muster/platform/testing"
import { keys } from "@muster/team-bus"
import { describe, expect, test } from "vitest"
import { house } from "./support/each-test.ts"
import { DONE } from "./support/specs.ts"

const { result } = DONE
const questionId = "0190b0a0-0000-7000-8000-000000000011" as never
const approvalId = "0190b0a0-0000-7000-8000-000000000012" as never
const sha256 = "ab".repeat(32)

describe("a report that arrives more than once", () => {
  test("is recorded once and acknowledged each time, whatever its kind", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    const { assignmentId } = await crew.agent.task()
    const bodies: readonly AssignmentReport[] = [
      { kind: "started", taskId, assignmentId },
      { kind: "progress", taskId, assignmentId, percent: 10 },
      { kind: "question", taskId, assignmentId, questionId, text: "Which?", choices: [] },
      { kind: "approval", taskId, assignmentId, approvalId, action: "delete", detail: "" },
      { kind: "artifact", taskId, assignmentId, name: "a.txt", sha256, size: 1, mediaType: "text/plain" },
      { kind: "succeeded", taskId, assignmentId, result },
    ]
    for (const body of bodies) {
      const envelope = crew.agent.envelope(body)
      await crew.agent.send([envelope, envelope])
      await crew.agent.acknowledges([envelope.seq])
      crew.agent.acked.delete(envelope.seq)
      await crew.agent.send([envelope])
      await crew.agent.acknowledges([envelope.seq])
    }
    expect(await house.typesOf(streams.task(taskId))).toEqual([
      "TaskDispatched",
      "TaskAssigned",
      "TaskStarted",
      "TaskProgressed",
      "TaskQuestionAsked",
      "TaskApprovalRequested",
      "TaskArtifactAdded",
      "TaskSucceeded",
    ])
  })

  test("changes nothing either when it ends the attempt in another way", async () => {
    const endings: readonly ((taskId: TaskId, assignmentId: never) => AssignmentReport)[] = [
      (taskId, assignmentId) => ({
        kind: "failed",
        taskId,
        assignmentId,
        reason: "error",
        message: "",
        isRetryable: false,
      }),
      (taskId, assignmentId) => ({ kind: "cancelled", taskId, assignmentId }),
      (taskId, assignmentId) => ({ kind: "refused", taskId, assignmentId, message: "no" }),
    ]
    for (const [n, ending] of endings.entries()) {
      const crew = await house.crew()
      const taskId = await house.dispatch(crew)
      const { assignmentId } = await crew.agent.task()
      const envelope = crew.agent.envelope(ending(taskId, assignmentId as never))
      await crew.agent.send([envelope, envelope])
      await crew.agent.acknowledges([envelope.seq])
      expect(await house.typesOf(streams.task(taskId)), `ending ${n}`).toHaveLength(3)
    }
  })
})

describe("a turn of the chat", () => {
  const conversationId = "0190b0a0-0000-7000-8000-000000000021" as never
  const messageId = "0190b0a0-0000-7000-8000-000000000022" as never

  test("reaches the agent with its conversation and files; what it says last is recorded once, with the outcome", async () => {
    const crew = await house.crew()
    const attachments = [{ sha256: "a".repeat(64), name: "plan.md", mediaType: "text/markdown", size: 8 }]
    const taskId = await house.dispatch(crew, { conversation: { conversationId, messageId }, attachments })
    const task = await crew.agent.task()
    const { assignmentId } = task
    expect(task).toMatchObject({ conversationId, attachments })
    const started = crew.agent.envelope({ kind: "started", taskId, assignmentId })
    const ended = crew.agent.envelope({ kind: "succeeded", taskId, assignmentId, result })
    await crew.agent.send([started, ended, ended])
    await crew.agent.acknowledges([started.seq, ended.seq])
    const history = await house.history(streams.task(taskId))
    expect(history.map(({ type }) => type)).toEqual([
      "TaskDispatched",
      "TaskAssigned",
      "TaskStarted",
      "TaskSucceeded",
      "ChatMessagePosted",
    ])
    expect(history.at(-1)).toMatchObject({
      data: { messageId: assignmentId, text: "done", taskId },
      meta: { actor: { kind: "member", id: crew.memberId }, causationId: history.at(-2)?.meta.causationId },
    })
  })

  test("that failed says nothing, and is answered once it was tried again", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew, { conversation: { conversationId, messageId } })
    const first = await crew.agent.task()
    await crew.agent.report(first, { kind: "failed", reason: "error", message: "no", isRetryable: false })
    await eventually("it failed", async () => (await house.typesOf(streams.task(taskId))).includes("TaskFailed"))
    expect(await house.typesOf(streams.task(taskId))).not.toContain("ChatMessagePosted")
    await house.taskCommand(crew, taskId, { kind: "retry" })
    const second = await crew.agent.task(2)
    await crew.agent.acknowledges(await crew.agent.report(second, DONE))
    const types = await house.typesOf(streams.task(taskId))
    expect(types.filter((type) => type === "ChatMessagePosted")).toHaveLength(1)
    expect(types.slice(-2)).toEqual(["TaskSucceeded", "ChatMessagePosted"])
  })
})

describe("several reports of one task that come together", () => {
  test("are recorded in their order", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    const task = await crew.agent.task()
    await house.stopDispatcher()
    const seqs = await crew.agent.report(
      task,
      { kind: "started" },
      { kind: "artifact", name: "a.txt", sha256, size: 1, mediaType: "text/plain" },
      { kind: "question", questionId, text: "Which?", choices: [] },
      DONE,
    )
    house.startDispatcher()
    await crew.agent.acknowledges(seqs)
    expect((await house.typesOf(streams.task(taskId))).slice(2)).toEqual([
      "TaskStarted",
      "TaskArtifactAdded",
      "TaskQuestionAsked",
      "TaskSucceeded",
    ])
  })
})

describe("a report that is not the holder's to make", () => {
  test("of another member's assignment changes nothing", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    const task = await crew.agent.task()
    const other = await house.addMember(crew.teamId, { handle: "other" })
    const thief = await house.enroll(other)
    await house.happens(streams.member(other.memberId), "MemberPresent")
    await thief.acknowledges(await thief.report(task, { kind: "started" }, DONE))
    expect((await house.taskState(taskId)).phase).toBe("assigned")
    await crew.agent.succeed(task)
    await house.reaches(taskId, "succeeded")
  })

  test("of another member does not push out the holder's progress", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    const task = await crew.agent.task()
    const other = await house.addMember(crew.teamId, { handle: "other" })
    const thief = await house.enroll(other)
    await house.happens(streams.member(other.memberId), "MemberPresent")
    await house.stopDispatcher()
    const mine = await crew.agent.report(task, { kind: "progress", percent: 50 })
    const forged = await thief.report(task, { kind: "progress", percent: 99 })
    house.startDispatcher()
    await crew.agent.acknowledges(mine)
    await thief.acknowledges(forged)
    const progressed = await house.happens(streams.task(taskId), "TaskProgressed")
    expect(progressed.data).toMatchObject({ percent: 50 })
  })

  test("of an incarnation that is not bound is refused and taken off the stream, and not acknowledged to the new one", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    const { assignmentId } = await crew.agent.task()
    const forged: ReportEnvelope = {
      ...crew.agent.envelope({ kind: "succeeded", taskId, assignmentId, result }, 1_000),
      incarnation: "0190b0a0-0000-7000-8000-000000000013" as never,
    }
    await crew.agent.send([forged])
    await eventually("the entry is gone", async () => (await house.redis.xlen(keys.outbox(crew))) === 0)
    expect((await house.taskState(taskId)).phase).toBe("assigned")
    expect(crew.agent.acked.has(1_000)).toBe(false)
  })
})

describe("entries nobody understands", () => {
  test("on an outbox go to the dead letters, and the reports behind them are recorded", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    const task = await crew.agent.task()
    await house.redis.xadd(keys.outbox(crew), "*", "d", "{not json")
    await house.redis.xadd(keys.outbox(crew), "*", "nonsense", "1")
    await house.redis.xadd(keys.outbox(crew), "*", "d", JSON.stringify({ v: 99 }))
    await crew.agent.succeed(task)
    await house.reaches(taskId, "succeeded")
    await house.happens(streams.member(crew.memberId), "MemberEntryDeadLettered", 3)
    await eventually("operators find them", async () => (await house.redis.xlen(keys.deadLetters(crew))) === 3)
  })

  test("become events only so often; a flood of them is only counted", async () => {
    const crew = await house.crew()
    const flood = house.redis.pipeline()
    for (let n = 0; n < 100; n += 1) flood.xadd(keys.outbox(crew), "*", "d", `garbage ${n}`)
    await flood.exec()
    await crew.agent.succeed(
      await (async () => {
        await house.dispatch(crew)
        return crew.agent.task()
      })(),
    )
    await eventually("the outbox is empty", async () => (await house.redis.xlen(keys.outbox(crew))) === 0)
    const types = await house.typesOf(streams.member(crew.memberId))
    expect(types.filter((type) => type === "MemberEntryDeadLettered")).toHaveLength(10)
  })

  test("that an agent reports of its control stream are dead-lettered with their body", async () => {
    const crew = await house.crew()
    await house.happens(streams.member(crew.memberId), "MemberPresent")
    const entryId = await house.redis.xadd(keys.control(crew), "*", "d", "garbage")
    const poison = await eventually("the agent finds it", () => crew.agent.heardPoison[0])
    expect(poison.entryId).toBe(entryId)
    const report = { kind: "poison", stream: "ctl", entryId: poison.entryId, reason: poison.poison ?? "" } as const
    await crew.agent.send([crew.agent.envelope(report)])
    await house.happens(streams.member(crew.memberId), "MemberEntryDeadLettered")
    const [letter] = await eventually("it is kept", async () => {
      const found = await house.redis.xrange(keys.deadLetters(crew), "-", "+")
      return found.length > 0 && found
    })
    expect(JSON.parse(letter?.[1][1] ?? "{}")).toMatchObject({ stream: "ctl", raw: "garbage" })
  })

  test("that turn out to be a task dead-letter the task as poison", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    const task = await crew.agent.task()
    const report = { kind: "poison", stream: "in", entryId: `${task.position}-0`, reason: "unknown version" } as const
    await crew.agent.send([crew.agent.envelope(report)])
    expect((await house.reaches(taskId, "dead-lettered")).lastFailure?.reason).toBe("poison")
  })
})

describe("a report of an assignment that the log never gave out", () => {
  test("is a dead letter with the reason, once, and changes nothing; one that is only late is none", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    const { assignmentId } = await crew.agent.task()
    const unknown = "0190b0a0-0000-7000-8000-00000000ffff" as never
    const unknownTask = "0190b0a0-0000-7000-8000-00000000fffe" as never
    const envelopes = [
      crew.agent.envelope({ kind: "succeeded", taskId, assignmentId, result }),
      // Late: the assignment has ended.
      crew.agent.envelope({ kind: "lost", taskId, assignmentId }),
      // Of a time that a restore took back.
      crew.agent.envelope({ kind: "started", taskId: unknownTask, assignmentId: unknown }),
      crew.agent.envelope({ kind: "succeeded", taskId: unknownTask, assignmentId: unknown, result }),
      crew.agent.envelope({
        kind: "failed",
        taskId,
        assignmentId: unknown,
        reason: "error",
        message: "",
        isRetryable: true,
      }),
    ]
    for (const envelope of envelopes) {
      await crew.agent.send([envelope])
      await crew.agent.acknowledges([envelope.seq])
    }
    expect(await house.typesOf(streams.task(taskId))).toEqual([
      "TaskDispatched",
      "TaskAssigned",
      "TaskStarted",
      "TaskSucceeded",
    ])
    expect(await house.typesOf(streams.task(unknownTask))).toEqual([])
    const letters = (await house.store.readStream(streams.member(crew.memberId))).filter(
      ({ type }) => type === "MemberEntryDeadLettered",
    )
    const reasons = letters.map(({ data }) => (data as { readonly reason: string }).reason)
    const why = "under an assignment that was never given out here: the log was restored from an older copy"
    expect(reasons).toEqual([
      expect.stringContaining(`reported "succeeded" on task ${String(unknownTask)} (unknown here) ${why}`),
      expect.stringContaining(`reported "failed" on task ${taskId} ${why}`),
    ])
  })
})
