import { describe, expect, it } from "vitest"
import {
  absentTask,
  decideDispatcher,
  decideReport,
  decideTask,
  evolveTask,
  type ConversationId,
  type Decision,
  type MemberId,
  type TaskFact,
  type TaskSpec,
  type TaskState,
} from "#src/index.ts"
import { assignment, member, message, spec, task, team, uuid } from "./arbitrary.ts"

const bob = uuid(9) as MemberId
const context = { nowMillis: 0, random: 0.5 }
const after = (state: TaskState, decision: Decision<TaskFact>): TaskState => {
  if (decision.refusal !== undefined) throw new Error(decision.refusal.detail)
  return decision.facts.reduce(evolveTask, state)
}
const dispatched = (over: Partial<TaskSpec> = {}): TaskState =>
  after(
    absentTask,
    decideTask(absentTask, { kind: "dispatch", taskId: task, teamId: team, spec: spec(over), requestHash: "h" }),
  )
const assigned = (state: TaskState, memberId: MemberId = member): TaskState =>
  after(state, decideDispatcher(state, { kind: "assign", assignmentId: assignment(1), memberId }, context))
const give = (state: TaskState, memberId: MemberId) => decideTask(state, { kind: "reassign", target: { memberId } })

describe("work that no agent holds", () => {
  it("is given to another member, who alone may then be assigned it", () => {
    const moved = after(dispatched(), give(dispatched(), bob))
    expect(moved).toMatchObject({ phase: "queued", memberId: bob, pool: undefined })
    const command = { kind: "assign", assignmentId: assignment(1), memberId: member } as const
    expect(decideDispatcher(moved, command, context).refusal?.code).toBe("stale")
    expect(assigned(moved, bob)).toMatchObject({ phase: "assigned", memberId: bob })
  })

  it("moves from a member to a pool and back, and keeps its place, its run and its dependencies", () => {
    const waiting = dispatched({ after: [task] })
    const pool = { skills: ["rust"] }
    const pooled = after(waiting, decideTask(waiting, { kind: "reassign", target: { pool } }))
    expect(pooled).toMatchObject({ phase: "waiting", memberId: "", pool, run: 1 })
    expect(after(pooled, give(pooled, bob))).toMatchObject({ phase: "waiting", memberId: bob, pool: undefined, run: 1 })
  })

  it("is given between two attempts as well, and the attempts made count", () => {
    const held = assigned(dispatched())
    const failed = {
      kind: "failed",
      assignmentId: assignment(1),
      reason: "error",
      message: "",
      isRetryable: true,
    } as const
    const between = after(held, decideReport(held, failed, context))
    expect(after(between, give(between, bob))).toMatchObject({ phase: "retry-scheduled", memberId: bob, attempt: 1 })
  })

  it("that is for them already changes nothing, however a pool's skills are written", () => {
    expect(give(dispatched(), member).facts).toEqual([])
    const { memberId: _memberId, ...rest } = spec()
    const create = { kind: "dispatch", taskId: task, teamId: team, requestHash: "h" } as const
    const pooled = after(
      absentTask,
      decideTask(absentTask, { ...create, spec: { ...rest, pool: { skills: ["Rust"] } } }),
    )
    const same = decideTask(pooled, { kind: "reassign", target: { pool: { skills: ["rust "] } } })
    expect(same.facts).toEqual([])
  })
})

describe("work that is refused another hand", () => {
  it("is held by an agent: it must be cancelled first, or its agent spoken to", () => {
    const { refusal } = give(assigned(dispatched()), bob)
    expect(refusal).toMatchObject({ code: "not-queued", detail: expect.stringContaining("cancel it") })
  })

  it("has ended: a new run may go to another member", () => {
    const ended = after(dispatched(), decideTask(dispatched(), { kind: "cancel", reason: "" }))
    expect(give(ended, bob).refusal).toMatchObject({ code: "closed", detail: expect.stringContaining("new run") })
  })

  it("is a turn of the chat: it was said to its member", () => {
    const turn = dispatched({ conversation: { conversationId: uuid(6) as ConversationId, messageId: message } })
    expect(give(turn, bob).refusal).toMatchObject({ code: "not-queued", detail: expect.stringContaining("chat") })
  })

  it("was never dispatched", () => expect(give(absentTask, bob).refusal?.code).toBe("not-found"))
})
