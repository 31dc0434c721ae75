import { Schema } from "effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  absentTask,
  decideDispatcher,
  decideReport,
  decideTask,
  evolveTask,
  fact,
  isInPool,
  poolKey,
  TaskSpec,
  type MemberId,
  type TaskFact,
  type TaskState,
} from "#src/index.ts"
import { assignment, member, spec, task, team, uuid } from "./arbitrary.ts"

const { memberId: _own, ...nobody } = spec()
const pooled: TaskSpec = { ...nobody, pool: { skills: ["Rust", "review"] } }
const other = uuid(33) as MemberId
const context = { nowMillis: 0, random: 0 }

const fold = (state: TaskState, facts: readonly TaskFact[] | undefined) => (facts ?? []).reduce(evolveTask, state)
const dispatched = fold(absentTask, [
  fact("TaskDispatched", { taskId: task, teamId: team, spec: pooled, requestHash: "h" }),
])
const assign = (state: TaskState, to: MemberId, n = 1) =>
  fold(state, decideDispatcher(state, { kind: "assign", assignmentId: assignment(n), memberId: to }, context).facts)
const lose = (state: TaskState, n = 1) => {
  const command = {
    kind: "lose-lease",
    assignmentId: assignment(n),
    lastHeardAt: null,
    reason: "no-heartbeat",
  } as const
  return fold(state, decideDispatcher(state, command, context).facts)
}

describe("a pool", () => {
  it("takes members with all of its skills, however they are written", () => {
    expect(isInPool(["RUST ", "Review", "more"], { skills: ["rust", "review"] })).toBe(true)
    expect(isInPool(["rust"], { skills: ["rust", "review"] })).toBe(false)
    expect(isInPool([], { skills: ["rust"] })).toBe(false)
  })
  it("is the same for the same skills in any order", () => {
    const skill = fc.constantFrom("rust", "Rust ", "review", "QA", "qa")
    fc.assert(
      fc.property(fc.array(skill, { minLength: 1 }), (skills) => {
        expect(poolKey({ skills: skills.toReversed() })).toBe(poolKey({ skills }))
        expect(poolKey({ skills: [...skills, ...skills] })).toBe(poolKey({ skills }))
      }),
    )
    expect(poolKey({ skills: ["a"] })).not.toBe(poolKey({ skills: ["a", "b"] }))
  })
})

describe("a spec names exactly one target", () => {
  const decode = (value: unknown) => Schema.decodeUnknownResult(TaskSpec)(value, { onExcessProperty: "error" })._tag
  it("a member or a pool", () => {
    expect(decode(spec())).toBe("Success")
    expect(decode(pooled)).toBe("Success")
  })
  it.each([
    ["both", { ...pooled, memberId: member }],
    ["neither", nobody],
    ["a pool without skills", { ...nobody, pool: { skills: [] } }],
    ["a blank skill", { ...nobody, pool: { skills: [" "] } }],
    ["a skill with NUL", { ...nobody, pool: { skills: ["a\u0000"] } }],
    ["too many skills", { ...nobody, pool: { skills: Array.from({ length: 33 }, (_, n) => `s${n}`) } }],
    ["skills that are no list", { ...nobody, pool: { skills: "rust" } }],
    ["an unknown field in the pool", { ...nobody, pool: { skills: ["a"], size: 3 } }],
  ])("not %s", (_what, value) => expect(decode(value)).toBe("Failure"))
})

describe("work of a pool", () => {
  it("is nobody's until it is assigned, and its holder's then", () => {
    expect(dispatched).toMatchObject({ phase: "queued", memberId: "", pool: { skills: ["Rust", "review"] } })
    expect(assign(dispatched, other)).toMatchObject({ phase: "assigned", memberId: other })
  })
  it("goes back to the pool when its holder is lost, not to the member", () => {
    const lost = lose(assign(dispatched, other))
    expect(lost).toMatchObject({ phase: "queued", memberId: "", attempt: 0 })
    expect(assign(lost, member, 2)).toMatchObject({ memberId: member, epoch: 2 })
  })
  it("goes back to the pool between attempts", () => {
    const held = assign(dispatched, other)
    const failed = { kind: "failed", reason: "error", message: "", isRetryable: true } as const
    const waiting = fold(held, decideReport(held, { ...failed, assignmentId: assignment(1) }, context).facts)
    expect(waiting).toMatchObject({ phase: "retry-scheduled", memberId: "" })
  })
  it("is retried in the same pool, or for whom the person names", () => {
    const ended = fold(dispatched, decideTask(dispatched, { kind: "cancel", reason: "" }).facts)
    const again = (over: object) => fold(ended, decideTask(ended, { kind: "retry", ...over }).facts)
    expect(again({})).toMatchObject({ memberId: "", pool: { skills: ["Rust", "review"] }, run: 2 })
    expect(again({ memberId: member })).toMatchObject({ memberId: member, pool: undefined })
    expect(again({ pool: { skills: ["go"] } })).toMatchObject({ memberId: "", pool: { skills: ["go"] } })
  })
  it("of a member may be moved to a pool by a new run", () => {
    const own = fold(absentTask, [
      fact("TaskDispatched", { taskId: task, teamId: team, spec: spec(), requestHash: "h" }),
    ])
    const ended = fold(own, decideTask(own, { kind: "cancel", reason: "" }).facts)
    const moved = fold(ended, decideTask(ended, { kind: "retry", pool: { skills: ["go"] } }).facts)
    expect(moved).toMatchObject({ phase: "queued", memberId: "", pool: { skills: ["go"] } })
  })
})

describe("work of a member", () => {
  it("is not assigned to somebody else", () => {
    const own = fold(absentTask, [
      fact("TaskDispatched", { taskId: task, teamId: team, spec: spec(), requestHash: "h" }),
    ])
    const command = { kind: "assign", assignmentId: assignment(1), memberId: other } as const
    expect(decideDispatcher(own, command, context).refusal?.code).toBe("stale")
  })
})

describe("a dead letter", () => {
  const dead = fold(dispatched, [fact("TaskDeadLettered", { reason: "poison", message: "" })])
  it("may be put aside once, and still be redriven", () => {
    const aside = fold(dead, decideTask(dead, { kind: "discard", reason: "seen" }).facts)
    expect(aside).toMatchObject({ phase: "dead-lettered", isDiscarded: true })
    expect(decideTask(aside, { kind: "discard", reason: "" }).facts).toEqual([])
    const again = fold(aside, decideTask(aside, { kind: "redrive" }).facts)
    expect(again).toMatchObject({ phase: "queued", isDiscarded: false })
  })
  it("is the only thing that can be put aside", () => {
    expect(decideTask(dispatched, { kind: "discard", reason: "" }).refusal?.code).toBe("not-dead-lettered")
  })
})
