import { expect, test } from "vitest"
import { parseOptions } from "../src/agents/options.ts"
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
  const overhead = { runtime: "one", turns: 7, directMillis: 100, musterMillis: 130, addedMillis: 30, factor: 1.3 }
  const text = tables(
    proofs,
    resultsOf(proofs, () => "1"),
    [overhead],
  )
  expect(text).toMatch(/^asks +NO +-$/mu)
  expect(text).toMatch(/^starts +yes +yes$/mu)
  expect(text).toMatch(/^one +100 ms +130 ms +30 ms +1\.3 x$/mu)
})

test("arguments that it does not know are refused", () => {
  expect(parseOptions(["--json", "--quick"])).toEqual({ isJson: true, isQuick: true, hasOverhead: true })
  expect(parseOptions(["--fast"])).toHaveProperty("problem")
})
