import { Schema } from "effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  absentTask,
  decideReport,
  evolveTask,
  fact,
  STEP_DETAIL_MAX_CHARS,
  STEP_EVENTS_MAX,
  STEPS_MAX,
  stepsLimitStep,
  TaskStep,
  Usage,
  type TaskFact,
  type TaskReport,
  type TaskState,
} from "#src/index.ts"
import { assignment, member, spec, task, team } from "./arbitrary.ts"

const begun = [
  fact("TaskDispatched", { taskId: task, teamId: team, spec: spec(), requestHash: "h" }),
  fact("TaskAssigned", { assignmentId: assignment(1), memberId: member, run: 1, attempt: 1, epoch: 1 }),
  fact("TaskStarted", { assignmentId: assignment(1) }),
].reduce<TaskState>(evolveTask, absentTask)
const context = { nowMillis: 0, random: 0 }

const step = (stepId: string, status: TaskStep["status"] = "running"): TaskStep => ({
  stepId,
  kind: "tool",
  status,
  title: "Read a file",
})

/** Takes reports one after the other; answers with all that was recorded. */
const take = (reports: readonly TaskReport[], from = begun) => {
  const facts: TaskFact[] = []
  let state = from
  for (const report of reports) {
    const decided = decideReport(state, report, context).facts ?? []
    facts.push(...decided)
    state = decided.reduce(evolveTask, state)
  }
  return { facts, state }
}
const said = (seq: number, of: TaskStep, n = 1): TaskReport => ({
  kind: "step",
  assignmentId: assignment(n),
  seq,
  step: of,
})

describe("steps of an agent", () => {
  it("are recorded when they begin and when they end; a repeated report changes nothing", () => {
    const reports = [said(1, step("a")), said(2, step("a", "completed"))]
    const { facts } = take([...reports, ...reports, ...reports.toReversed()])
    expect(facts).toEqual([
      fact("TaskStepRecorded", { assignmentId: assignment(1), seq: 1, step: step("a") }),
      fact("TaskStepRecorded", { assignmentId: assignment(1), seq: 2, step: step("a", "completed") }),
    ])
  })

  it("may arrive after later ones: none is lost, and what has ended does not begin again", () => {
    const { facts } = take([
      said(4, step("b")),
      said(2, step("a", "completed")),
      said(1, step("a")),
      said(3, step("c")),
    ])
    expect(facts.map(({ data }) => (data as { seq: number }).seq)).toEqual([4, 2, 3])
  })

  it("of another assignment are refused", () => {
    expect(decideReport(begun, said(1, step("a"), 2), context).refusal?.code).toBe("stale")
  })

  it("begin the work whose start was lost", () => {
    const assigned = [
      fact("TaskDispatched", { taskId: task, teamId: team, spec: spec(), requestHash: "h" }),
      fact("TaskAssigned", { assignmentId: assignment(1), memberId: member, run: 1, attempt: 1, epoch: 1 }),
    ].reduce<TaskState>(evolveTask, absentTask)
    expect(take([said(1, step("a"))], assigned).facts.map(({ type }) => type)).toEqual([
      "TaskStarted",
      "TaskStepRecorded",
    ])
  })

  it("are recorded up to their number; then one last step says so, and what goes on may still end", () => {
    const many = Array.from({ length: STEPS_MAX + 20 }, (_, n) => said(n + 1, step(`s${n}`)))
    const { facts, state } = take(many)
    expect(facts).toHaveLength(STEPS_MAX + 1)
    expect(facts.at(-1)).toMatchObject({ data: { step: stepsLimitStep } })
    expect(take([said(9_999, step("s0", "completed"))], state).facts).toHaveLength(1)
    expect(take([said(9_999, step("new"))], state).facts).toHaveLength(0)
  })

  it("that change all the time come to a bounded number of events, and still end", () => {
    const many = Array.from({ length: STEP_EVENTS_MAX + 50 }, (_, n) => said(n + 1, step("plan")))
    const { facts, state } = take(many)
    expect(facts).toHaveLength(STEP_EVENTS_MAX)
    expect(take([said(9_999, step("plan", "completed"))], state).facts).toHaveLength(1)
  })

  it("of a new attempt are counted anew", () => {
    const again = [
      fact("TaskLeaseExpired", { assignmentId: assignment(1), lastHeardAt: null, reason: "no-heartbeat" }),
      fact("TaskAssigned", { assignmentId: assignment(2), memberId: member, run: 1, attempt: 1, epoch: 2 }),
    ].reduce<TaskState>(evolveTask, take([said(7, step("a", "completed"))]).state)
    expect(take([said(1, step("a"), 2)], again).facts.map(({ type }) => type)).toEqual([
      "TaskStarted",
      "TaskStepRecorded",
    ])
  })

  it("come to the same events whatever is repeated", () => {
    const report = fc
      .tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 4 }), fc.boolean())
      .map(([seq, n, isEnd]) => said(seq, step(`s${n}`, isEnd ? "failed" : "running")))
    fc.assert(
      fc.property(fc.array(report, { maxLength: 40 }), (reports) => {
        const once = take(reports)
        expect(take(reports, once.state).facts).toEqual([])
      }),
    )
  })
})

describe("usage", () => {
  const usage = (seq: number, inputTokens: number): TaskReport => ({
    kind: "usage",
    assignmentId: assignment(1),
    seq,
    usage: { inputTokens, outputTokens: 1 },
  })
  it("of all attempts adds up to the tokens of the task, each told as the totals of its own; a new run counts anew", () => {
    const first = take([usage(1, 10), usage(2, 30)]).state
    expect(first.tokens).toBe(31)
    const failed: TaskReport = {
      kind: "failed",
      assignmentId: assignment(1),
      reason: "error",
      message: "no",
      isRetryable: false,
      result: { summary: "", output: { bytes: 0, isTruncated: false } },
    }
    const again = [
      fact("TaskRetried", { run: 2, memberId: member }),
      fact("TaskAssigned", { assignmentId: assignment(2), memberId: member, run: 2, attempt: 1, epoch: 2 }),
      fact("TaskStarted", { assignmentId: assignment(2) }),
    ].reduce<TaskState>(evolveTask, take([failed], first).state)
    const { state } = take([{ ...usage(1, 5), assignmentId: assignment(2) } as TaskReport], again)
    expect([state.tokens, state.tokens - state.tokensBeforeRun]).toEqual([37, 6])
  })
  it("is recorded in the order of the reports: an older one that comes late changes nothing", () => {
    const { facts } = take([usage(1, 10), usage(3, 30), usage(2, 20), usage(3, 30)])
    expect(facts.map(({ data }) => (data as { usage: Usage }).usage.inputTokens)).toEqual([10, 30])
  })
})

describe("what a step and usage may hold", () => {
  const isStep = (over: object) =>
    Schema.decodeUnknownResult(TaskStep)({ ...step("a"), ...over }, { onExcessProperty: "error" })._tag === "Success"
  it.each([
    ["an empty id", { stepId: "" }],
    ["NUL in its title", { title: "a\u0000" }],
    ["a detail over its limit", { detail: "x".repeat(STEP_DETAIL_MAX_CHARS + 1) }],
    ["an unknown kind", { kind: "dance" }],
    ["an unknown field", { more: 1 }],
  ])("no step has %s", (_what, over) => expect(isStep(over)).toBe(false))
  it("a step needs no detail", () => expect(isStep({})).toBe(true))

  const isUsage = (value: object) => Schema.decodeUnknownResult(Usage)(value)._tag === "Success"
  it("counts are whole numbers from 0", () => {
    expect(isUsage({ inputTokens: 1, outputTokens: 0, costMicros: 3 })).toBe(true)
    for (const bad of [-1, 1.5, Number.NaN]) expect(isUsage({ inputTokens: bad, outputTokens: 0 })).toBe(false)
  })
})
