import type { AssignmentReport } from "@muster/contracts"
import { absentTask, CommandId, fact, foldTask, type MemberId, type MessageId, type TaskId } from "@muster/domain"
import { Schema } from "effect"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { dueCommand } from "#src/model/due.ts"
import { LeaseBook } from "#src/model/leases.ts"
import { thinReports } from "#src/model/progress.ts"
import { reactToTask } from "#src/model/reactions.ts"
import { TaskQueue, type Queued } from "#src/model/queue.ts"
import { decideReports, type SentReport } from "#src/model/reports.ts"
import { controlsOf, foldTaskEntry, type TaskEntry } from "#src/model/task.ts"
import { decideOrphan } from "#src/people.ts"
import { reportCommandId } from "#src/report-id.ts"
import { agentOf, Past } from "./support/past.ts"

const entryOf = (past: Past, taskId: TaskId): TaskEntry =>
  past.all
    .filter(({ stream }) => stream === `task-${taskId}`)
    .reduce<TaskEntry | undefined>(foldTaskEntry, undefined) as TaskEntry

/** A task that its member has begun. */
const begun = (spec: Parameters<Past["dispatched"]>[1] = {}) => {
  const past = new Past()
  const memberId = past.memberAdded()
  const taskId = past.dispatched(memberId, spec)
  const assignmentId = past.assigned(taskId, memberId)
  past.task(taskId, fact("TaskStarted", { assignmentId }))
  return { past, memberId, taskId, assignmentId, entry: () => entryOf(past, taskId) }
}

const result = { summary: "", output: { bytes: 0, isTruncated: false } }
const questionId = "0190b0a0-0000-7000-8000-000000000021" as never

describe("the queue", () => {
  const item = fc.record({
    taskId: fc.uuid(),
    priority: fc.integer({ min: 0, max: 9 }),
    position: fc.bigInt({ min: 1n, max: 10n ** 19n }).map(String),
  })
  const inOrder = (items: readonly Queued[]) =>
    [...items].sort(
      (a, b) =>
        b.priority - a.priority ||
        (BigInt(a.position) < BigInt(b.position)
          ? -1
          : BigInt(a.position) > BigInt(b.position)
            ? 1
            : a.taskId < b.taskId
              ? -1
              : 1),
    )

  test("gives out higher priorities first and earlier positions first, whatever was added and removed in whatever order", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(item, { selector: ({ taskId }) => taskId }),
        fc.func(fc.boolean()),
        (items, isRemoved) => {
          const queue = new TaskQueue()
          for (const one of items) queue.add(one)
          for (const one of items) queue.add(one)
          const kept = items.filter((one) => !isRemoved(one.taskId))
          for (const one of items) if (!kept.includes(one)) queue.remove(one)
          expect(queue.first(items.length)).toEqual(inOrder(kept))
          expect(queue.length).toBe(kept.length)
        },
      ),
    )
  })
})

describe("leases", () => {
  test("expire when nothing was heard for a whole lease since the assignment began", () => {
    const leases = new LeaseBook(100, 0)
    leases.hear(["a"], 1_000)
    expect(leases.isExpired("a", 0, 1_100)).toBe(false)
    expect(leases.isExpired("a", 0, 1_101)).toBe(true)
    expect(leases.isExpired("never heard", 1_050, 1_101)).toBe(false)
  })

  test("begin anew for everyone after a time in which nobody could be heard", () => {
    const leases = new LeaseBook(100, 0)
    leases.hear(["a"], 1_000)
    leases.grantGrace(5_000)
    expect(leases.isExpired("a", 0, 5_100)).toBe(false)
    expect(leases.isExpired("a", 0, 5_101)).toBe(true)
    expect(leases.isSilent("a", 50, 5_050)).toBe(false)
    expect(leases.isSilent("a", 50, 5_051)).toBe(true)
  })

  test("are not used up by waiting in an inbox, and that is not the same as being heard", () => {
    const leases = new LeaseBook(100, 0)
    leases.seeWaiting("a", 1_000)
    expect(leases.isExpired("a", 0, 1_100)).toBe(false)
    expect(leases.lastHeardMillis("a")).toBeUndefined()
  })

  test("begin once more when it was taken out of its inbox, and only once", () => {
    const leases = new LeaseBook(100, 0)
    expect(leases.seeTaken("a", 1_000)).toBe(true)
    expect(leases.isExpired("a", 0, 1_100)).toBe(false)
    expect(leases.seeTaken("a", 1_101)).toBe(false)
    leases.seeWaiting("a", 1_200)
    expect(leases.seeTaken("a", 1_300)).toBe(true)
  })

  test("of assignments that have ended are forgotten", () => {
    const leases = new LeaseBook(100, 0)
    leases.hear(["a", "b"], 1_000)
    leases.keepOnly(new Set(["b"]))
    expect(leases.lastHeardMillis("a")).toBeUndefined()
    expect(leases.lastHeardMillis("b")).toBe(1_000)
  })
})

describe("what is due", () => {
  test("a time limit counts work alone, and gives the agent a grace", () => {
    const { past, taskId, assignmentId, entry } = begun({ timeLimitMillis: 10_000 })
    const startedMillis = past.nowMillis
    expect(dueCommand(entry(), startedMillis + 11_000, 1_000)).toBeUndefined()
    expect(dueCommand(entry(), startedMillis + 11_001, 1_000)).toEqual({ kind: "enforce-time-limit", assignmentId })
    // One second of work, then a person is waited for.
    past.task(taskId, fact("TaskQuestionAsked", { assignmentId, questionId, text: "?", choices: [] }))
    expect(dueCommand(entry(), startedMillis + 1_000_000, 1_000)).toBeUndefined()
    past.nowMillis += 500_000
    past.task(taskId, fact("TaskQuestionAnswered", { questionId, answer: "" }))
    expect(dueCommand(entry(), past.nowMillis + 10_000, 1_000)).toBeUndefined()
    expect(dueCommand(entry(), past.nowMillis + 10_001, 1_000)).toMatchObject({ kind: "enforce-time-limit" })
  })

  test("a time limit is not held against an agent that could not be heard: it has the grace once it can", () => {
    const { past, assignmentId, entry } = begun({ timeLimitMillis: 10_000 })
    const heardSinceMillis = past.nowMillis + 60_000
    expect(dueCommand(entry(), heardSinceMillis + 1_000, 1_000, heardSinceMillis)).toBeUndefined()
    const command = { kind: "enforce-time-limit", assignmentId }
    expect(dueCommand(entry(), heardSinceMillis + 1_001, 1_000, heardSinceMillis)).toEqual(command)
  })

  test("a deadline comes before everything else, in every open phase", () => {
    const past = new Past()
    const memberId = past.memberAdded()
    const deadlineAt = "2030-01-01T01:00:00.000Z"
    const taskId = past.dispatched(memberId, { deadlineAt })
    const at = Date.parse(deadlineAt)
    expect(dueCommand(entryOf(past, taskId), at - 1, 0)).toBeUndefined()
    expect(dueCommand(entryOf(past, taskId), at, 0)).toEqual({ kind: "expire", deadlineAt })
  })

  test("a retry is due at its time", () => {
    const { past, taskId, assignmentId, entry } = begun({ retry: { maxAttempts: 2, backoffMillis: 0 } })
    const dueAt = new Date(past.nowMillis + 5_000).toISOString()
    past.task(taskId, fact("TaskRetryScheduled", { assignmentId, reason: "error", message: "", dueAt, attempt: 1 }))
    expect(dueCommand(entry(), Date.parse(dueAt) - 1, 0)).toBeUndefined()
    expect(dueCommand(entry(), Date.parse(dueAt), 0)).toEqual({ kind: "retry-due" })
  })
})

describe("what an agent is told again", () => {
  test("are the answers of this assignment, a pause and a cancel, and nothing of an earlier one", () => {
    const { past, memberId, taskId, assignmentId, entry } = begun()
    past.task(taskId, fact("TaskQuestionAsked", { assignmentId, questionId, text: "?", choices: [] }))
    past.task(taskId, fact("TaskQuestionAnswered", { questionId, answer: "yes" }))
    past.task(taskId, fact("TaskPaused", {}))
    past.task(taskId, fact("TaskCancelRequested", { reason: "stop" }))
    expect(controlsOf(entry()).map(({ kind }) => kind)).toEqual(["answer", "pause", "cancel"])
    past.task(taskId, fact("TaskResumed", {}))
    expect(controlsOf(entry()).map(({ kind }) => kind)).toEqual(["answer", "resume", "cancel"])
    past.task(taskId, fact("TaskLeaseExpired", { assignmentId, lastHeardAt: null, reason: "no-heartbeat" }))
    expect(controlsOf(entry())).toEqual([])
    past.assigned(taskId, memberId, 2)
    expect(controlsOf(entry())).toEqual([])
  })
})

describe("what a person says to an agent at work", () => {
  const said = { messageId: "0190b0a0-0000-7000-8000-000000000022" as MessageId, text: "in euros", isInterrupt: true }

  test("is told to the one that holds the task, and again when it may have missed it", () => {
    const { past, taskId, assignmentId, entry } = begun()
    const before = entry()
    past.task(taskId, fact("TaskSteered", said))
    const message = { v: 1, kind: "steer", taskId, assignmentId, ...said }
    expect(controlsOf(entry())).toEqual([message])
    const event = past.all.at(-1)
    if (event === undefined) throw new Error("something has happened")
    expect(reactToTask(before, entry(), event, { dependents: [], children: [] })).toContainEqual(
      expect.objectContaining({ kind: "control", message }),
    )
  })

  test("is told to the next attempt, too, which has nothing to be interrupted in; a new run begins without", () => {
    const { past, memberId, taskId, assignmentId, entry } = begun()
    past.task(taskId, fact("TaskSteered", said))
    past.task(taskId, fact("TaskLeaseExpired", { assignmentId, lastHeardAt: null, reason: "no-heartbeat" }))
    expect(controlsOf(entry())).toEqual([])
    const before = entry()
    const next = past.assigned(taskId, memberId, 2)
    const message = { v: 1, kind: "steer", taskId, assignmentId: next, ...said, isInterrupt: false }
    expect(controlsOf(entry())).toEqual([message])
    const event = past.all.at(-1)
    if (event === undefined) throw new Error("something has happened")
    const reactions = reactToTask(before, entry(), event, { dependents: [], children: [] })
    expect(reactions.map(({ kind }) => kind).slice(0, 2)).toEqual(["publish", "control"])
    past.task(taskId, fact("TaskFailed", { assignmentId: next, reason: "error", message: "" }))
    past.task(taskId, fact("TaskRetried", { run: 2, memberId }))
    past.assigned(taskId, memberId, 3)
    expect(controlsOf(entry())).toEqual([])
  })
})

describe("reports", () => {
  const context = { nowMillis: 0, random: 0 }
  const sent = (memberId: string, seq: number, report: AssignmentReport): SentReport => ({ memberId, seq, report })

  test("of one task are decided one on top of the other", () => {
    const past = new Past()
    const memberId = past.memberAdded()
    const taskId = past.dispatched(memberId)
    const assignmentId = past.assigned(taskId, memberId)
    const of = { taskId, assignmentId }
    const reports = [
      sent(memberId, 1, { kind: "started", ...of }),
      sent(memberId, 1, { kind: "started", ...of }),
      sent(memberId, 2, { kind: "progress", ...of, percent: 5 }),
      sent(memberId, 3, { kind: "succeeded", ...of, result }),
      sent(memberId, 4, { kind: "progress", ...of, percent: 9 }),
    ]
    const { facts, outcomes } = decideReports(entryOf(past, taskId).state, reports, context)
    expect(facts.map(({ type }) => type)).toEqual(["TaskStarted", "TaskProgressed", "TaskSucceeded"])
    expect(outcomes).toEqual(["recorded", "duplicate", "recorded", "recorded", "stale"])
  })

  test("of somebody who does not hold the assignment are stale, though they name it", () => {
    const { memberId, taskId, assignmentId, entry } = begun()
    const report = { kind: "succeeded", taskId, assignmentId, result } as const
    expect(decideReports(entry().state, [sent("somebody else", 1, report)], context)).toEqual({
      facts: [],
      outcomes: ["stale"],
    })
    expect(decideReports(entry().state, [sent(memberId, 1, report)], context).outcomes).toEqual(["recorded"])
  })

  test("facts of any sequence of reports, doubled or not, can always be folded", () => {
    const kinds = fc.constantFrom(
      "started",
      "progress",
      "question",
      "artifact",
      "succeeded",
      "failed",
      "lost",
      "cancelled",
    )
    const { memberId, taskId, assignmentId, entry } = begun({ retry: { maxAttempts: 3, backoffMillis: 0 } })
    const of = { taskId, assignmentId }
    const make = (kind: string): AssignmentReport => {
      switch (kind) {
        case "question":
          return { kind, ...of, questionId, text: "?", choices: [] }
        case "artifact":
          return { kind, ...of, name: "a", sha256: "ab".repeat(32), size: 1, mediaType: "" }
        case "succeeded":
          return { kind, ...of, result }
        case "failed":
          return { kind, ...of, reason: "error", message: "", isRetryable: true }
        default:
          return { kind: kind as "started", ...of }
      }
    }
    fc.assert(
      fc.property(fc.array(kinds, { maxLength: 12 }), (sequence) => {
        const reports = sequence.map((kind, index) => sent(memberId, index + 1, make(kind)))
        const { facts, outcomes } = decideReports(entry().state, [...reports, ...reports], context)
        expect(outcomes).toHaveLength(reports.length * 2)
        expect(facts).toEqual(decideReports(entry().state, reports, context).facts)
      }),
    )
  })
})

describe("progress", () => {
  const progress = (n: number) => ({ kind: "progress", n })
  const started = { kind: "started", n: 0 }
  const ended = { kind: "succeeded", n: 9 }

  test("keeps only the newest of a batch", () => {
    expect(thinReports([started, progress(1), progress(2)], () => false)).toEqual({
      now: [started, progress(2)],
      later: [],
      dropped: [progress(1)],
    })
  })

  test("that comes too soon is put off, not lost", () => {
    expect(thinReports([progress(1), progress(2)], () => true)).toEqual({
      now: [],
      later: [progress(2)],
      dropped: [progress(1)],
    })
  })

  test("is needless once the outcome is there", () => {
    expect(thinReports([progress(1), ended], () => false)).toEqual({
      now: [ended],
      later: [],
      dropped: [progress(1)],
    })
  })
})

describe("usage", () => {
  const usage = (n: number) => ({ kind: "usage", n })
  const step = { kind: "step", n: 5 }
  const ended = { kind: "succeeded", n: 9 }

  test("keeps only the newest, which waits when it comes too soon", () => {
    expect(thinReports([usage(1), step, usage(2)], (kind) => kind === "usage")).toEqual({
      now: [step],
      later: [usage(2)],
      dropped: [usage(1)],
    })
  })

  test("is recorded before the outcome, however soon", () => {
    expect(thinReports([usage(1), usage(2), ended], () => true)).toEqual({
      now: [usage(2), ended],
      later: [],
      dropped: [usage(1)],
    })
  })
})

describe("a removed member's task", () => {
  test("is cancelled when it was begun, and dead-lettered when it was not", () => {
    expect(decideOrphan(begun().entry(), 0).facts?.map(({ type }) => type)).toEqual([
      "TaskCancelRequested",
      "TaskCancelled",
    ])
    const past = new Past()
    const memberId = past.memberAdded()
    const queued = past.dispatched(memberId)
    const assigned = past.dispatched(memberId)
    past.assigned(assigned, memberId)
    for (const taskId of [queued, assigned])
      expect(decideOrphan(entryOf(past, taskId), 0).facts).toMatchObject([
        { type: "TaskDeadLettered", data: { reason: "member-removed" } },
      ])
  })
})

describe("what the dispatcher keeps of a task", () => {
  test("is the domain's own fold, and what the first event of the run says", () => {
    const { past, memberId, taskId, assignmentId } = begun({ retry: { maxAttempts: 2, backoffMillis: 0 } })
    const failure = { assignmentId, reason: "error", message: "", dueAt: "2030-01-01T00:00:00Z", attempt: 1 } as const
    past.task(taskId, fact("TaskRetryScheduled", failure), agentOf(memberId as MemberId))
    past.task(taskId, fact("TaskRetryDue", {}))
    const events = past.all.filter(({ stream }) => stream === `task-${taskId}`)
    const entry = entryOf(past, taskId)
    expect(entry.state).toEqual(foldTask(events, { state: absentTask, revision: 0 }).state)
    expect(entry.queuePosition).toBe(events[0]?.position)
    expect(entry.correlationId).toBe(`of-task-${taskId}`)
    expect(entry.hold).toBeUndefined()
  })

  test("moves its revision on over events of a type nobody knows yet", () => {
    const { past, taskId, entry } = begun()
    const before = entry()
    const event = { ...past.all.at(-1), type: "TaskDreamed", revision: before.revision + 1 } as never
    expect(foldTaskEntry(before, event)).toEqual({ ...before, revision: before.revision + 1 })
    expect(taskId).toBe(before.taskId)
  })
})

describe("the id of a report's command", () => {
  test("is a UUID the log takes, the same for the same report and another for any other", () => {
    const isId = Schema.is(CommandId)
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), fc.integer({ min: 1 }), (member, incarnation, seq) => {
        const id = reportCommandId(member, incarnation, seq)
        expect(isId(id)).toBe(true)
        expect(reportCommandId(member, incarnation, seq)).toBe(id)
        expect(reportCommandId(member, incarnation, seq + 1)).not.toBe(id)
        expect(reportCommandId(incarnation, member, seq) === id).toBe(member === incarnation)
      }),
    )
  })
})
