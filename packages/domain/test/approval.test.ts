import { createHash } from "node:crypto"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  absentTask,
  approvalHash,
  asKnown,
  decideReport,
  decideTask,
  evolveTask,
  sha256Hex,
  type ApprovalId,
  type RecordedEvent,
  type TaskFact,
  type TaskState,
} from "#src/index.ts"
import { assignment, member, spec, task, team, uuid } from "./arbitrary.ts"

const approvalId = uuid(300) as ApprovalId
const context = { nowMillis: 0, random: 0.5 }
const fold = (state: TaskState, facts: readonly TaskFact[] = []) => facts.reduce(evolveTask, state)
const asking = (detail: string): TaskState => {
  const dispatch = { kind: "dispatch", taskId: task, teamId: team, spec: spec(), requestHash: "h" } as const
  const dispatched = fold(absentTask, decideTask(absentTask, dispatch).facts)
  const assigned = evolveTask(dispatched, {
    type: "TaskAssigned",
    data: { assignmentId: assignment(1), memberId: member, run: 1, attempt: 1, epoch: 1 },
  })
  const report = { kind: "approval", assignmentId: assignment(1), approvalId, action: "delete", detail } as const
  return fold(assigned, decideReport(assigned, report, context).facts)
}
const decide = (state: TaskState, hash: string) =>
  decideTask(state, { kind: "decide-approval", approvalId, isApproved: true, comment: "", hash })

describe("the hash of what is asked", () => {
  it("is the SHA-256 of every text, as Node computes it", () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.string({ minLength: 50, maxLength: 300 }))
    fc.assert(
      fc.property(text, (any) => {
        expect(sha256Hex(any)).toBe(createHash("sha256").update(any, "utf8").digest("hex"))
      }),
    )
    for (const length of [0, 55, 56, 63, 64, 65, 119, 120, 10_000])
      expect(sha256Hex("x".repeat(length))).toBe(createHash("sha256").update("x".repeat(length)).digest("hex"))
  })

  it("is of its canonical JSON: keys in order, nothing else", () => {
    const json = '{"action":"delete","detail":"{\\"path\\":\\"a.txt\\"}"}'
    expect(approvalHash({ detail: '{"path":"a.txt"}', action: "delete" })).toBe(sha256Hex(json))
  })

  it("differs as soon as one character of action or arguments does", () => {
    const hashes = [
      { action: "delete", detail: "" },
      { action: "delete ", detail: "" },
      { action: "delete", detail: " " },
      { action: "", detail: "delete" },
    ].map(approvalHash)
    expect(new Set(hashes).size).toBe(4)
  })
})

describe("an approval", () => {
  it("is recorded with the hash of what is asked, and decided with the hash of what was shown", () => {
    const detail = '{"path":"/srv/reports"}'
    const hash = approvalHash({ action: "delete", detail })
    const { facts } = decide(asking(detail), hash)
    expect(facts).toEqual([{ type: "TaskApprovalDecided", data: { approvalId, isApproved: true, comment: "", hash } }])
  })

  it("is not decided by who was shown something else, and nothing changes", () => {
    const shown = approvalHash({ action: "delete", detail: '{"path":"/srv/reports"}' })
    const refused = decide(asking('{"path":"/"}'), shown)
    expect(refused.facts).toBeUndefined()
    expect(refused.refusal?.code).toBe("not-what-was-shown")
  })

  it("is used once: a second decision finds nothing that waits", () => {
    const state = asking("")
    const hash = approvalHash({ action: "delete", detail: "" })
    const after = fold(state, decide(state, hash).facts as readonly TaskFact[])
    expect(decide(after, hash).refusal?.code).toBe("not-awaiting")
  })
})

describe("approvals that an earlier version stored", () => {
  const stored = (type: string, data: unknown): RecordedEvent =>
    ({
      type,
      schema: 1,
      data,
      stream: `task-${task}`,
      revision: 1,
      position: "1",
      id: uuid(9),
      at: "",
      meta: {},
    }) as never

  it("get the hash of what was asked, so that they can be decided like new ones", () => {
    const asked = { assignmentId: assignment(1), approvalId, action: "push", detail: "origin main" }
    expect(asKnown(stored("TaskApprovalRequested", asked))).toMatchObject({
      schema: 2,
      data: { ...asked, hash: approvalHash({ action: "push", detail: "origin main" }) },
    })
  })

  it("and were decided on nothing that was kept", () => {
    const decided = { approvalId, isApproved: true, comment: "" }
    expect(asKnown(stored("TaskApprovalDecided", decided))).toMatchObject({
      schema: 2,
      data: { ...decided, hash: null },
    })
  })
})
