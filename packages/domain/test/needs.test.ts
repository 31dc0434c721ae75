import { describe, expect, it } from "vitest"
import {
  decideMarks,
  evolveMarks,
  markOf,
  NEED_MARKS_KEPT,
  noMarks,
  type NeedMark,
  type NeedMarks,
} from "#src/index.ts"

const until = "2030-01-01T09:00:00.000Z"
const after = (...steps: readonly (readonly [readonly string[], NeedMark])[]): NeedMarks => {
  let marks = noMarks
  for (const [ids, mark] of steps)
    for (const each of decideMarks(marks, ids, mark).facts ?? []) marks = evolveMarks(marks, each)
  return marks
}

describe("marks of a person", () => {
  it("are set on several things at once, each once", () => {
    expect(decideMarks(noMarks, ["a", "b", "a"], { kind: "done" }).facts).toEqual([
      { type: "NeedMarkedDone", data: { needId: "a" } },
      { type: "NeedMarkedDone", data: { needId: "b" } },
    ])
  })

  it("that are so already change nothing; another time to come back does", () => {
    const marks = after([["a"], { kind: "snoozed", until }])
    expect(decideMarks(marks, ["a"], { kind: "snoozed", until }).facts).toEqual([])
    expect(decideMarks(marks, ["a"], { kind: "snoozed", until: "2030-01-02T09:00:00.000Z" }).facts).toHaveLength(1)
    expect(decideMarks(noMarks, ["a"], { kind: "none" }).facts).toEqual([])
  })

  it("are taken back", () => {
    const marks = after([["a"], { kind: "done" }], [["a"], { kind: "none" }])
    expect(marks.get("a")).toEqual({ kind: "none" })
  })

  it("are remembered up to a bound, the newest ones", () => {
    const ids = Array.from({ length: NEED_MARKS_KEPT + 1 }, (_, n) => String(n))
    const marks = after([ids, { kind: "done" }])
    expect(marks.size).toBe(NEED_MARKS_KEPT)
    expect(marks.has("0")).toBe(false)
    expect(marks.has(String(NEED_MARKS_KEPT))).toBe(true)
  })

  it("are no matter of any other event", () => {
    expect(markOf({ type: "TeamResumed", data: {} })).toBeUndefined()
  })
})
