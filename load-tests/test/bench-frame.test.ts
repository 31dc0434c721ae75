import { setTimeout as delay } from "node:timers/promises"
import { describe, expect, test } from "vitest"
import { BadArguments } from "../src/arguments.ts"
import { alternate, ratioOf } from "../src/bench/alternate.ts"
import { makeAwaited } from "../src/bench/dispatch/awaited.ts"
import { closedLoop } from "../src/bench/dispatch/closed-loop.ts"
import { figureOf, isMet, lineOf, type Bench, type BenchResult } from "../src/bench/frame.ts"
import { parseReport, parseRun } from "../src/bench/options.ts"
import { atRate, clockNanos, millisBetween } from "../src/bench/pacing.ts"
import { pageOf } from "../src/bench/page.ts"
import { runBench } from "../src/bench/run.ts"
import { median, percentile, slopeOf } from "../src/bench/statistics.ts"

const quiet = { tell: () => undefined }

const result: BenchResult = {
  ours: 1_500,
  peers: { other: 1_000 },
  ratios: { other: 1.5 },
  figures: { p50Millis: 3 },
  spread: { ours: { min: 1_400, max: 1_600 } },
  conditions: { cores: 2 },
}

const benchOf = (run: Bench["run"]): Bench => ({
  name: "dispatch",
  unit: "tasks per second",
  method: "How it is done.",
  targets: [{ figure: "ratios.other", atLeast: 2 }],
  options: { tasks: 7 },
  run,
})

const options = { json: true, repeats: 1, profileDir: undefined, numbers: new Map([["tasks", 7]]) }

describe("figures", () => {
  test("are medians, ranks and slopes as the textbook has them", () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([4, 1, 3, 2])).toBe(2.5)
    expect(() => median([])).toThrow(RangeError)
    expect(percentile([5, 1, 4, 2, 3], 0.5)).toBe(3)
    expect(percentile([1, 2, 3, 4], 0.99)).toBe(4)
    expect(percentile([7], 0.01)).toBe(7)
    const line: readonly (readonly [number, number])[] = [
      [0, 3],
      [10, 8],
      [20, 13],
    ]
    expect(slopeOf(line)).toBeCloseTo(0.5)
    expect(() => slopeOf([[1, 1]])).toThrow(RangeError)
  })
})

describe("taking turns", () => {
  test("lets each side go once a round, not always in the same order, and answers with medians", async () => {
    const order: string[] = []
    const side = (name: string, values: number[]) => async () => {
      order.push(name)
      return values.shift() ?? Number.NaN
    }
    const measured = await alternate(
      { ...quiet, repeats: 5 },
      { ours: side("o", [10, 20, 30, 40, 50]), peer: side("p", [1, 2, 3, 4, 5]) },
    )
    expect(measured.ours).toEqual({ median: 30, spread: { min: 10, max: 50 }, values: [10, 20, 30, 40, 50] })
    expect(ratioOf(measured.ours, measured.peer)).toBe(10)
    const rounds = [0, 1, 2, 3, 4].map((round) => order.slice(round * 2, round * 2 + 2).join(""))
    expect(new Set(rounds)).toEqual(new Set(["op", "po"]))
  })
})

describe("a closed loop", () => {
  test("keeps so many under way and never more, and ends with none", async () => {
    let [underWay, most, ended] = [0, 0, 0]
    const outcome = await closedLoop({ inFlight: 8, warmMillis: 20, measureMillis: 100 }, async () => {
      underWay += 1
      most = Math.max(most, underWay)
      await delay(1)
      underWay -= 1
      ended += 1
    })
    expect([underWay, most]).toEqual([0, 8])
    expect(outcome.count).toBeLessThanOrEqual(ended)
    expect(outcome.latenciesMillis).toHaveLength(outcome.count)
    expect(outcome.perSecond).toBe(outcome.count * 10)
  })

  test("fails when one fails", async () => {
    const loop = { inFlight: 2, warmMillis: 0, measureMillis: 1_000 }
    await expect(closedLoop(loop, () => Promise.reject(new Error("no")))).rejects.toThrow("no")
  })
})

describe("an open loop", () => {
  test("sends everything, each with the moment at which it was due, however late it is sent", async () => {
    const dues: bigint[] = []
    await atRate({ perSecond: 100, seconds: 0.2 }, (due, index) => {
      dues.push(due)
      // Somebody takes their time: what is due meanwhile keeps its moment.
      if (index === 3) for (const from = clockNanos(); millisBetween(from, clockNanos()) < 45;);
    })
    expect(dues).toHaveLength(20)
    for (const [index, due] of dues.slice(1).entries()) expect(millisBetween(dues[index] ?? 0n, due)).toBeCloseTo(10, 3)
  })
})

describe("waiting for an outcome", () => {
  test("ends whether the outcome or the waiter comes first", async () => {
    const awaited = makeAwaited()
    awaited.ended("early")
    const later = awaited.until("late")
    awaited.ended("late")
    await expect(Promise.all([awaited.until("early"), later])).resolves.toHaveLength(2)
  })
})

describe("a run", () => {
  test("answers with name, unit, ours, peers, ratios and conditions, and with what else was measured", async () => {
    const bench = benchOf(async () => result)
    const line = await runBench(bench, options, new AbortController().signal)
    expect(line).toEqual(lineOf(bench, result))
    expect(Object.keys(line)).toEqual(["name", "unit", "ours", "peers", "ratios", "p50Millis", "spread", "conditions"])
    expect([figureOf(line, "ratios.other"), figureOf(line, "p50Millis"), figureOf(line, "ratios.none")]).toEqual([
      1.5,
      3,
      undefined,
    ])
  })

  test("stops what it started in reverse order: when it ended, when it failed, when it is interrupted", async () => {
    for (const end of ["well", "badly", "interrupted"]) {
      const stopping = new AbortController()
      const stopped: number[] = []
      const bench = benchOf(async ({ defer }) => {
        defer(() => void stopped.push(1))
        defer(() => void stopped.push(2))
        if (end === "badly") throw new Error("it broke")
        if (end === "interrupted") return new Promise(() => stopping.abort())
        return result
      })
      const run = runBench(bench, options, stopping.signal)
      if (end === "well") await run
      else await expect(run).rejects.toThrow(end === "badly" ? "it broke" : "interrupted")
      expect(stopped).toEqual([2, 1])
    }
  })

  test("takes the numbers that its benchmark declares, and refuses what makes no sense", () => {
    const bench = benchOf(async () => result)
    expect(parseRun(bench, ["--json", "--repeats", "3", "--tasks", "12"])).toEqual({
      json: true,
      repeats: 3,
      profileDir: undefined,
      numbers: new Map([["tasks", 12]]),
    })
    expect(parseRun(bench, []).numbers.get("tasks")).toBe(7)
    for (const args of [["--repeats", "0"], ["--tasks", "many"], ["--events", "1"], ["more"]])
      expect(() => parseRun(bench, args)).toThrow(BadArguments)
    expect(parseReport(["--from", "a.json", "b.json", "--repeats", "2"])).toEqual({
      from: ["a.json", "b.json"],
      rest: ["--repeats", "2"],
    })
    expect(() => parseReport(["--from"])).toThrow(BadArguments)
  })
})

describe("the page of figures", () => {
  test("shows figures, ratios, which targets were met and the conditions", () => {
    const bench = benchOf(async () => result)
    const page = pageOf([{ bench, line: lineOf(bench, result) }])
    expect(page).toContain("| **Muster** | **1,500** | 1,400 to 1,600 |")
    expect(page).toContain("| `ratios.other` | 1.5 | at least 2 | missed |")
    expect(page).toContain("- cores: 2")
    expect(page).toContain("npm run bench -- dispatch --json")
    const better = { ...result, ratios: { other: 2 } }
    expect(pageOf([{ bench, line: lineOf(bench, better) }])).toContain("| at least 2 | met |")
  })

  test("says so where somebody else used the machine", () => {
    const bench = benchOf(async () => result)
    const pageAt = (loadAverageAtStart: number) =>
      pageOf([{ bench, line: lineOf(bench, { ...result, conditions: { cores: 2, loadAverageAtStart } }) }])
    expect(pageAt(7.5)).toContain("busy machine (load 7.5 on 2 cores)")
    expect(pageAt(1.5)).not.toContain("busy machine")
  })

  test("a bound is kept at the bound itself", () => {
    const target = { figure: "x", atLeast: -10, atMost: 10 }
    expect([-10, 0, 10, 10.1, -10.1].map((value) => isMet(value, target))).toEqual([true, true, true, false, false])
  })
})
