import { describe, expect, it } from "vitest"
import { judge, type LogFacts } from "../src/chaos/oracles/outcomes.ts"
import { longest, recoveries } from "../src/chaos/oracles/recovery.ts"
import { BadArguments } from "../src/arguments.ts"
import { parseOptions } from "../src/chaos/options.ts"
import type { Acknowledged } from "../src/chaos/recorder/history.ts"
import { isGood, type Summary } from "../src/chaos/summary.ts"

const told = (taskId: string, name = taskId): Acknowledged => ({ taskId, name, teamId: "team", atMillis: 0 })
const facts = (outcomes: Readonly<Record<string, readonly number[]>>, more: Partial<LogFacts> = {}): LogFacts => ({
  outcomesOf: new Map(Object.entries(outcomes)),
  tasksNamed: new Map(Object.keys(outcomes).map((taskId) => [taskId, [taskId]])),
  isDense: true,
  ...more,
})

describe("the verdict on what clients were told", () => {
  it("finds nothing when every run has one outcome", () => {
    expect(judge([told("a"), told("b")], facts({ a: [1], b: [1, 1] }))).toEqual({ lost: [], doubled: [] })
  })

  it("calls a task lost whose run has no outcome, or of which the log knows nothing", () => {
    expect(judge([told("a"), told("b"), told("c")], facts({ a: [1, 0], b: [0] })).lost).toEqual(["a", "b", "c"])
  })

  it("calls a run with two outcomes doubled, also of a task that nobody was told of", () => {
    expect(judge([told("a")], facts({ a: [1], b: [2] })).doubled).toEqual(["b"])
  })

  it("calls a request doubled that became two tasks, or whose client was told of another task", () => {
    const twice = facts({ a: [1], a2: [1] }, { tasksNamed: new Map([["a", ["a", "a2"]]]) })
    expect(judge([told("a")], twice).doubled).toEqual(["a"])
    const other = facts({ b: [1] }, { tasksNamed: new Map([["a", ["b"]]]) })
    expect(judge([told("b", "a"), told("c", "a")], other).doubled).toEqual(["a"])
  })
})

describe("the recovery of a run", () => {
  const struck = (endedAtMillis: number | undefined) => ({
    fault: { number: 1, kind: "kill app", target: "app-1", atMillis: 0, durationMillis: 0, seed: 0 },
    beganAtMillis: 0,
    inFlight: 20,
    endedAtMillis,
  })
  const outcomes = [100, 900, 1_500]
  const since = (atMillis: number) => outcomes.find((at) => at >= atMillis)

  it("is the longest time from the end of a fault to the next outcome", () => {
    expect(longest(recoveries([struck(50), struck(200), struck(1_450)], since))).toBe(700)
  })

  it("is endless when nothing was recorded any more", () => {
    expect(longest(recoveries([struck(50), struck(2_000)], since))).toBe(Number.POSITIVE_INFINITY)
    expect(longest(recoveries([struck(undefined)], since))).toBe(Number.POSITIVE_INFINITY)
  })
})

describe("the end of a run", () => {
  const summary: Summary = {
    faults: 60,
    acknowledged: 10_000,
    inFlightAtFaultMin: 20,
    lost: 0,
    doubled: 0,
    replayEqual: true,
    recoveryMillisMax: 1,
    seed: 1,
    kinds: 47,
    leftOut: [],
    quietMillis: 1,
    seconds: 300,
  }

  it("is good only when nothing was found", () => {
    expect(isGood(summary, [])).toBe(true)
    expect(isGood({ ...summary, lost: 1 }, [])).toBe(false)
    expect(isGood({ ...summary, doubled: 1 }, [])).toBe(false)
    expect(isGood({ ...summary, replayEqual: false }, [])).toBe(false)
    expect(isGood(summary, ["a viewer saw a hole"])).toBe(false)
  })
})

describe("the arguments of a run", () => {
  it("are numbers in their ranges, or refused", () => {
    expect(parseOptions(["--seed", "7", "--seconds", "60", "--json"])).toMatchObject({
      seed: 7,
      seconds: 60,
      json: true,
    })
    for (const bad of [["--seed", "x"], ["--seconds", "1"], ["--apps", "3"], ["--what"], ["extra"]])
      expect(() => parseOptions(bad)).toThrow(BadArguments)
  })

  it("draw a seed when none is given", () => {
    expect(parseOptions([], () => 0.5).seed).toBe(Math.floor((2 ** 32 - 1) / 2))
  })
})
