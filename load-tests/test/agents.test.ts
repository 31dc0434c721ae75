import { expect, test } from "vitest"
import { parseOptions } from "../src/agents/options.ts"
import { BadArguments } from "../src/arguments.ts"
import { stageTimes } from "../src/agents/stages.ts"
import { type Proof, proofsIn } from "../src/agents/suite.ts"
import { resultsOf, tables } from "../src/agents/summary.ts"

const result = (suite: string, title: string, status: string) => ({ ancestorTitles: [suite], title, status })

test("a report becomes one verdict for each promise and runtime; other tests are left out", () => {
  const report = {
    testResults: [
      {
        assertionResults: [
          result("runtime conformance: acp: opencode", "starts", "passed"),
          result("runtime conformance: command (not on this machine)", "starts", "skipped"),
          result("something else", "starts", "failed"),
        ],
      },
    ],
  }
  expect(proofsIn(report)).toEqual([
    { runtime: "acp: opencode", promise: "starts", verdict: "passed" },
    { runtime: "command", promise: "starts", verdict: "skipped" },
  ])
})

const proofs: readonly Proof[] = [
  { runtime: "one", promise: "starts", verdict: "passed" },
  { runtime: "one", promise: "asks", verdict: "failed" },
  { runtime: "two", promise: "starts", verdict: "passed" },
]

test("a promise that a runtime can not be tried for counts as skipped, never as kept", () => {
  expect(resultsOf(proofs, (name) => `${name}-version`)).toEqual([
    { name: "one", version: "one-version", passed: 1, failed: 1, skipped: 0 },
    { name: "two", version: "two-version", passed: 1, failed: 0, skipped: 1 },
  ])
})

test("the table shows a broken promise, and one that was not tried, as what they are", () => {
  const whole = { directMillis: 100, musterMillis: 130, addedMillis: 30, factor: 1.3 }
  const stages = [{ stage: "end the process", directMillis: 10, musterMillis: 12.5 }]
  const overhead = { runtime: "one", turns: 7, ...whole, stages }
  const text = tables(
    proofs,
    resultsOf(proofs, () => "1"),
    [overhead],
  )
  expect(text).toMatch(/^asks +NO +-$/mu)
  expect(text).toMatch(/^starts +yes +yes$/mu)
  expect(text).toMatch(/^one +100 ms +130 ms +30 ms +1\.3 x$/mu)
  expect(text).toMatch(/^end the process +10\.0 ms +12\.5 ms +2\.5 ms$/mu)
})

test("what a stage takes is the middle over the turns, counted from the moment before it that this way has", () => {
  const direct = [{ started: 1, greeted: 101 }]
  const muster = [
    { prepared: 4, started: 5, greeted: 125 },
    { prepared: 2, started: 5, greeted: 105 },
    { prepared: 9, started: 10, greeted: 120 },
  ]
  expect(stageTimes(direct, muster).slice(0, 3)).toEqual([
    { stage: "make its directories", directMillis: 0, musterMillis: 4 },
    { stage: "start the process", directMillis: 1, musterMillis: 1 },
    { stage: "confinement, start of the program, greeting", directMillis: 100, musterMillis: 110 },
  ])
})

test("arguments that it does not know are refused", () => {
  expect(parseOptions(["--json", "--quick"])).toEqual({ isJson: true, isQuick: true, hasOverhead: true })
  expect(() => parseOptions(["--fast"])).toThrow(BadArguments)
})
