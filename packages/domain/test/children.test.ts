import {
  absentTask,
  type Ancestor,
  type AssignmentId,
  CHILD_DEPTH_MAX,
  CHILDREN_PER_RUN_MAX,
  type ChildRequest,
  decideChild,
  evolveTask,
  fact,
  OPEN_CHILDREN_MAX,
  type TaskFact,
  type TaskId,
  type TaskState,
} from "@muster/domain"
import { describe, expect, test } from "vitest"

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`
const assignmentId = uuid(1) as AssignmentId
const ancestor = (n: number, memberId = "lead"): Ancestor => ({
  taskId: uuid(n),
  memberId,
  spec: { title: `Task ${n}`, instructions: "" },
})
const running: TaskState = {
  ...absentTask,
  phase: "running",
  run: 1,
  assignment: {
    id: assignmentId,
    memberId: "lead",
    epoch: 1,
    lastSeq: 0,
    steps: { byId: new Map(), events: 0 },
    usageSeq: 0,
    tokens: 0,
  },
}
const request = (more: Partial<ChildRequest> = {}): ChildRequest => ({
  childTaskId: uuid(2) as TaskId,
  spec: { title: "A part", instructions: "", after: [] },
  ancestors: [ancestor(10)],
  candidates: [{ memberId: "writer", handle: "writer", slots: 1 }],
  openChildren: 0,
  ...more,
})
const codeOf = (state: TaskState, more: Partial<ChildRequest> = {}) =>
  decideChild(state, assignmentId, request(more)).refusal?.code

describe("what an agent may dispatch", () => {
  test("is announced in the stream of its task, and counted there", () => {
    const { facts } = decideChild(running, assignmentId, request())
    expect(facts).toEqual([fact("TaskChildDispatched", { assignmentId, childTaskId: uuid(2) as TaskId })])
    const after = (facts as readonly TaskFact[]).reduce(evolveTask, running)
    expect(after).toMatchObject({ phase: "running", children: [{ taskId: uuid(2), run: 1 }] })
  })

  test("ends with its assignment, and with the wish to cancel", () => {
    expect(decideChild(running, uuid(9) as AssignmentId, request()).refusal?.code).toBe("stale")
    expect(codeOf({ ...running, isCancelRequested: true })).toBe("closed")
  })

  test("is bounded in depth, and in how many are open and how many there were in a run", () => {
    const above = (count: number) => Array.from({ length: count }, (_, n) => ancestor(n + 10))
    expect(codeOf(running, { ancestors: above(CHILD_DEPTH_MAX) })).toBeUndefined()
    expect(codeOf(running, { ancestors: above(CHILD_DEPTH_MAX + 1) })).toBe("too-deep")
    expect(codeOf(running, { openChildren: OPEN_CHILDREN_MAX - 1 })).toBeUndefined()
    expect(codeOf(running, { openChildren: OPEN_CHILDREN_MAX })).toBe("too-many-open")
    const children = Array.from({ length: CHILDREN_PER_RUN_MAX }, (_, n) => ({
      taskId: uuid(n + 100) as TaskId,
      run: 1,
    }))
    expect(codeOf({ ...running, children: children.slice(1) })).toBeUndefined()
    expect(codeOf({ ...running, children })).toBe("too-many-dispatched")
    // A new run of the task counts anew.
    expect(codeOf({ ...running, run: 2, children })).toBeUndefined()
  })

  test("ends where its run has used the tokens that its team allows", () => {
    expect(codeOf(running, { budget: { usedTokens: 999, maxTokens: 1_000 } })).toBeUndefined()
    expect(decideChild(running, assignmentId, request({ budget: { usedTokens: 1_000, maxTokens: 1_000 } }))).toEqual({
      refusal: { code: "over-budget", detail: expect.stringContaining("has used 1000 tokens") as string },
    })
  })

  test("never waits for a slot that waits for it", () => {
    const who = (memberId: string, slots: number) => ({ memberId, handle: memberId, slots })
    expect(codeOf(running, { candidates: [who("lead", 1)] })).toBe("would-block")
    expect(codeOf(running, { candidates: [who("lead", 2)] })).toBeUndefined()
    const ancestors = [ancestor(10), ancestor(11, "writer"), ancestor(12)]
    expect(codeOf(running, { ancestors, candidates: [who("lead", 2)] })).toBe("would-block")
    expect(codeOf(running, { ancestors, candidates: [who("lead", 2), who("writer", 2)] })).toBeUndefined()
    // A pool in which nobody is yet: whoever comes is free.
    expect(codeOf(running, { candidates: [] })).toBeUndefined()
  })

  test("is not what a task above it asks for, and does not wait for one", () => {
    const ancestors = [ancestor(10), ancestor(11)]
    const same = { title: " TASK  11", instructions: "\n", after: [] }
    expect(codeOf(running, { ancestors, spec: same })).toBe("goes-in-circles")
    expect(codeOf(running, { ancestors, spec: { ...same, instructions: "another part" } })).toBeUndefined()
    const after = { title: "A part", instructions: "", after: [uuid(11) as TaskId] }
    expect(codeOf(running, { ancestors, spec: after })).toBe("waits-for-itself")
  })
})
