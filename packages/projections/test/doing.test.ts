import { describe, expect, test } from "vitest"
import type { TaskStep } from "@muster/domain"
import { addUsage, afterNote, afterStep, RUNNING_STEPS_KEPT } from "#src/doing.ts"

const idle = { doing: null, runningSteps: [] }
const step = (stepId: string, status: TaskStep["status"], kind: TaskStep["kind"] = "tool"): TaskStep => ({
  stepId,
  kind,
  status,
  title: `step ${stepId}`,
})
const texts = (activity: { readonly doing: { readonly text: string } | null }) => activity.doing?.text

describe("what an agent is doing", () => {
  test("is its newest step that goes on; when that ends, the one before", () => {
    const one = afterStep(idle, step("a", "running"), "1")
    const two = afterStep(one, step("b", "running"), "2")
    expect(texts(two)).toBe("step b")
    expect(texts(afterNote(two, "a note", "3"))).toBe("step b")
    const left = afterStep(two, step("b", "completed"), "4")
    expect(left.doing).toEqual({ kind: "tool", text: "step a", at: "1" })
    expect(afterStep(left, step("a", "failed"), "5")).toEqual(idle)
  })

  test("is what it said last, while no step goes on", () => {
    const said = afterStep(idle, step("m", "completed", "message"), "1")
    expect(said.doing).toEqual({ kind: "message", text: "step m", at: "1" })
    expect(texts(afterNote(said, "half way", "2"))).toBe("half way")
    expect(texts(afterNote(said, undefined, "2"))).toBe("step m")
  })

  test("stays small, however many steps go on", () => {
    let activity: Parameters<typeof afterStep>[0] = idle
    for (let n = 0; n < 50; n += 1) activity = afterStep(activity, step(String(n), "running"), String(n))
    expect(activity.runningSteps).toHaveLength(RUNNING_STEPS_KEPT)
    expect(texts(activity)).toBe("step 49")
  })
})

describe("usage of a run", () => {
  test("adds up over its attempts; what one does not know counts nothing", () => {
    expect(addUsage(null, { inputTokens: 1, outputTokens: 2 })).toEqual({ inputTokens: 1, outputTokens: 2 })
    expect(
      addUsage(
        { model: "old", inputTokens: 10, outputTokens: 5, costMicros: 7 },
        { model: "new", inputTokens: 1, outputTokens: 2, cachedInputTokens: 1 },
      ),
    ).toEqual({ model: "new", inputTokens: 11, outputTokens: 7, cachedInputTokens: 1, costMicros: 7 })
    const [some, all] = [
      { inputTokens: 1, outputTokens: 1, isAtLeast: true } as const,
      { inputTokens: 1, outputTokens: 1 },
    ]
    for (const [a, b] of [
      [some, all],
      [all, some],
    ] as const)
      expect(addUsage(a, b)).toEqual({ inputTokens: 2, outputTokens: 2, isAtLeast: true })
  })
})
