import type { MemberDoc, TaskDoc } from "@muster/contracts"
import { describe, expect, it } from "vitest"
import { memberNeeds, needsChange, taskNeeds } from "#src/index.ts"

const base = {
  id: "t1",
  parentTaskId: null,
  phase: "running",
  run: 1,
  epoch: 1,
  leaseExpiries: 0,
  isCancelRequested: false,
  isDiscarded: false,
  failure: null,
  deadlineAt: null,
  questions: [],
  approvals: [],
} as unknown as TaskDoc
const task = (over: object): TaskDoc => ({ ...base, ...over })
const failure = (reason: string, message = "") => ({ reason, message, at: "2026-01-01T00:00:00.000Z" })
const question = { id: "q1", text: "Which?", choices: [], askedAt: "" }
const approval = { id: "a1", action: "rm", detail: "{}", hash: "h", askedAt: "" }
const idsOf = (over: object) => taskNeeds(task(over)).map(({ id }) => id)

describe("a task needs a person", () => {
  it("when its agent asks, also while it is paused; not when it is being cancelled", () => {
    const asked = { questions: [question], approvals: [approval] }
    expect(idsOf({ ...asked, phase: "needs-input" })).toEqual(["approval:a1", "question:q1"])
    expect(idsOf({ ...asked, phase: "paused" })).toHaveLength(2)
    expect(idsOf({ ...asked, phase: "needs-input", isCancelRequested: true })).toEqual([])
  })

  it("when it failed or expired for good, each run anew; not when an agent dispatched it, which hears of it itself", () => {
    const failed = { phase: "failed", failure: failure("exit-code", "exit 1") }
    expect(taskNeeds(task({ ...failed, run: 2 }))).toEqual([
      {
        id: "run:t1:2",
        kind: "failed",
        about: { type: "failed", run: 2, reason: "exit-code", message: "exit 1" },
      },
    ])
    expect(idsOf({ ...failed, parentTaskId: "t0" })).toEqual([])
    expect(idsOf({ phase: "expired", deadlineAt: "2026-01-01T00:00:00.000Z" })).toEqual(["run:t1:1"])
    expect(idsOf({ phase: "expired", parentTaskId: "t0" })).toEqual([])
  })

  it("when it is a dead letter, whoever dispatched it, until somebody puts it aside", () => {
    const dead = { phase: "dead-lettered", failure: failure("poison"), parentTaskId: "t0" }
    expect(idsOf(dead)).toEqual(["run:t1:1"])
    expect(idsOf({ ...dead, isDiscarded: true })).toEqual([])
  })

  it("when its agent was lost and nobody took it up again; not while it waits for any other reason", () => {
    const lost = { phase: "queued", leaseExpiries: 1, failure: failure("no-heartbeat"), epoch: 3, memberId: "m1" }
    expect(idsOf(lost)).toEqual(["lost:t1:3:m1"])
    expect(idsOf({ ...lost, memberId: "m2" })).toEqual(["lost:t1:3:m2"])
    expect(idsOf({ ...lost, memberId: null })).toEqual(["lost:t1:3:pool"])
    expect(idsOf({ ...lost, phase: "assigned" })).toEqual([])
    expect(idsOf({ ...lost, failure: failure("exit-code") })).toEqual([])
    expect(idsOf({ phase: "queued" })).toEqual([])
  })

  it("in no other case", () => {
    for (const phase of ["waiting", "queued", "assigned", "running", "retry-scheduled", "succeeded", "cancelled"])
      expect(idsOf({ phase })).toEqual([])
  })
})

describe("a member needs a person", () => {
  it("while its runtime cannot work and it was not removed", () => {
    const member = { id: "m1", isRemoved: false, blockedReason: "no model is set" } as unknown as MemberDoc
    expect(memberNeeds(member)).toMatchObject([{ id: "blocked:m1", kind: "stuck" }])
    expect(memberNeeds({ ...member, blockedReason: null })).toEqual([])
    expect(memberNeeds({ ...member, isRemoved: true })).toEqual([])
  })
})

describe("what changed", () => {
  const needs = (reason: string) =>
    memberNeeds({ id: "m1", isRemoved: false, blockedReason: reason } as unknown as MemberDoc)

  it("is what came and what went; what stayed is neither", () => {
    const before = taskNeeds(task({ phase: "needs-input", questions: [question] }))
    const after = taskNeeds(task({ phase: "needs-input", questions: [question, { ...question, id: "q2" }] }))
    expect(needsChange(before, after)).toMatchObject({ gone: [], come: [{ id: "question:q2" }] })
    expect(needsChange(after, before)).toMatchObject({ gone: ["question:q2"], come: [] })
    expect(needsChange(after, after)).toEqual({ gone: [], come: [] })
  })

  it("is gone and new where another reason stands under the same id: marks of the first do not hold for it", () => {
    expect(needsChange(needs("no model"), needs("no disk"))).toMatchObject({
      gone: ["blocked:m1"],
      come: [{ about: { reason: "no disk" } }],
    })
  })
})
