import { foldOutcomes } from "@muster/standalone/testing"
import { describe, expect, it } from "vitest"
import { failing, isExactly, says, shellTask } from "../src/realwork/real-task.ts"
import { judge, type Observed } from "../src/realwork/verdict.ts"

const taskId = "00000000-0000-7000-8000-000000000001"
const event = (seq: number, type: string, data: object = {}) => ({
  seq,
  position: String(seq) as never,
  id: `event-${seq}`,
  stream: `task-${taskId}`,
  revision: seq,
  type,
  schema: 1,
  data,
  meta: {} as never,
  at: "2026-01-01T00:00:00.000Z",
})
const succeeded = (exitCode = 0) => ({ result: { summary: "", exitCode, output: { bytes: 5, isTruncated: false } } })

const task = shellTask("greet", {
  title: "Greet",
  script: ["echo hello"],
  expected: { output: says("hello"), artifacts: new Map([["a.txt", isExactly(Buffer.from("a"))]]) },
})

const observed = (types: readonly (readonly [string, object])[], over: Partial<Observed> = {}): Observed => ({
  task,
  record: foldOutcomes([
    event(1, "TaskDispatched"),
    ...types.map(([type, data], index) => event(index + 2, type, data)),
  ]).get(taskId),
  output: Buffer.from("hello"),
  artifacts: new Map([["a.txt", Buffer.from("a")]]),
  executions: 1,
  phase: "succeeded",
  ...over,
})

describe("the verdict on real work", () => {
  it("finds nothing wrong when all is as it was known beforehand", async () => {
    const verdict = await judge(observed([["TaskSucceeded", succeeded()]]))
    expect(verdict).toEqual({ isLost: false, isDoubled: false, wrong: [] })
  })

  it("calls a task lost when its run has no outcome, or a second run has none", async () => {
    expect(await judge(observed([]))).toMatchObject({ isLost: true })
    expect(await judge({ ...observed([]), record: undefined })).toMatchObject({ isLost: true })
    const rerun = observed([
      ["TaskFailed", { reason: "error", message: "" }],
      ["TaskRetried", {}],
    ])
    expect(await judge(rerun)).toMatchObject({ isLost: true })
  })

  it("calls a task doubled when a run has two outcomes, or it left more marks than it may", async () => {
    const twice = observed([
      ["TaskSucceeded", succeeded()],
      ["TaskSucceeded", succeeded()],
    ])
    expect(await judge(twice)).toMatchObject({ isDoubled: true })
    expect(await judge(observed([["TaskSucceeded", succeeded()]], { executions: 2 }))).toMatchObject({
      isDoubled: true,
    })
  })

  it("tells what differs: outcome, exit code, output, artifacts, marks", async () => {
    const wrongIn = async (over: Partial<Observed>, exitCode = 0) =>
      (await judge(observed([["TaskSucceeded", succeeded(exitCode)]], over))).wrong.length
    expect(await wrongIn({ phase: "failed" })).toBe(1)
    expect(await wrongIn({}, 3)).toBe(1)
    expect(await wrongIn({ output: Buffer.from("hallo") })).toBe(1)
    expect(await wrongIn({ artifacts: new Map() })).toBe(1)
    expect(await wrongIn({ artifacts: new Map([["a.txt", Buffer.from("b")]]) })).toBe(1)
    expect(
      await wrongIn({
        artifacts: new Map([
          ["a.txt", Buffer.from("a")],
          ["b.txt", Buffer.from("")],
        ]),
      }),
    ).toBe(1)
    expect(await wrongIn({ executions: 0 })).toBe(1)
    const failed = {
      ...observed([["TaskSucceeded", succeeded(1)]]),
      task: { ...task, expected: { ...task.expected, ...failing(1, says("hello")) } },
    }
    expect((await judge(failed)).wrong.length).toBeGreaterThan(0)
  })
})
