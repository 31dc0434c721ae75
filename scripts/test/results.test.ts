import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import {
  add,
  collect,
  countReport,
  isGood,
  NOTHING,
  passed,
  removeReports,
  reportFile,
  summary,
} from "../lib/results.ts"
import type { Workspace } from "../lib/workspaces.ts"
import { makeProject, type Project } from "./project.ts"

const file = (
  name: string,
  statuses: Readonly<Record<string, string>>,
  status: "passed" | "failed" = "passed",
  message = "",
) => ({
  name,
  status,
  message,
  assertionResults: Object.entries(statuses).map(([fullName, status]) => ({ fullName, status })),
})
const report = (...testResults: readonly ReturnType<typeof file>[]) => ({
  numPassedTests: 0,
  numFailedTests: 0,
  testResults,
})
const workspace = (dir: string, scripts: Workspace["scripts"] = { test: "vitest run" }): Workspace => ({
  dir,
  name: `@muster/${dir}`,
  scripts,
  dependencies: [],
  devDependencies: [],
})

describe("countReport", () => {
  test("counts by status and names what failed and what was skipped", () => {
    const outcome = countReport(
      "@muster/a",
      report(
        file(
          "a.test.ts",
          { one: "passed", two: "failed", "three\n  (no Chromium)": "pending", four: "todo" },
          "failed",
        ),
      ),
    )
    expect(outcome).toEqual({
      passed: 1,
      failed: 1,
      skipped: 2,
      failures: ["@muster/a: two"],
      skips: ["@muster/a: three (no Chromium)", "@muster/a: four"],
    })
  })

  test("a file that can not be loaded is a failure, although it has no tests", () => {
    const outcome = countReport("@muster/a", report(file("b.test.ts", {}, "failed", "Cannot find module\nstack")))
    expect(outcome).toMatchObject({ passed: 0, failed: 1, failures: ["@muster/a: b.test.ts (Cannot find module)"] })
  })
})

test("a failure is named with the beginning of why it failed", () => {
  const why = "\u001b[31mAssertionError: expected 1\u001b[39m\n  to be 2"
  const failing = { fullName: "counts", status: "failed", failureMessages: [why, "more"] }
  const testResults = [{ name: "a.test.ts", status: "failed" as const, message: "", assertionResults: [failing] }]
  const outcome = countReport("@muster/a", { numPassedTests: 0, numFailedTests: 1, testResults })
  expect(outcome.failures).toEqual(["@muster/a: counts (AssertionError: expected 1 to be 2)"])
})

describe("collect", () => {
  let project: Project
  beforeEach(() => {
    project = makeProject()
  })
  afterEach(() => project.remove())
  const put = (dir: string, content: object): void => {
    const path = join(project.root, dir, reportFile("test"))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, JSON.stringify(content))
  }

  test("adds up all packages", () => {
    put("a", report(file("a.test.ts", { one: "passed" })))
    put("b", report(file("b.test.ts", { one: "passed", two: "skipped" })))
    expect(collect(project.root, "test", [workspace("a"), workspace("b")], true)).toMatchObject({
      passed: 2,
      failed: 0,
      skipped: 1,
    })
  })

  test("a package without a report failed, unless every run succeeded; one without the task is passed over", () => {
    const packages = [workspace("a"), workspace("b", { build: "vite build" })]
    expect(collect(project.root, "test", packages, false)).toMatchObject({
      failed: 1,
      failures: ["@muster/a: its tests did not run to an end"],
    })
    expect(collect(project.root, "test", packages, true)).toEqual(NOTHING)
  })

  test("reports of an earlier run are not counted again", () => {
    put("a", report(file("a.test.ts", { one: "passed" })))
    removeReports(project.root, "test", [workspace("a")])
    expect(collect(project.root, "test", [workspace("a")], true)).toEqual(NOTHING)
  })
})

describe("summary", () => {
  test("ends with the plain line, after what was skipped and what failed", () => {
    const outcome = { passed: 3, failed: 1, skipped: 1, failures: ["a: broke"], skips: ["b: needs root"] }
    expect(summary(outcome)).toBe("\nSkipped:\n  b: needs root\n\nFailed:\n  a: broke\n\n3 passed, 1 failed, 1 skipped")
  })

  test("is good only when something passed and nothing failed", () => {
    expect(isGood(passed())).toBe(true)
    expect(isGood(NOTHING)).toBe(false)
    expect(isGood(add(passed(), { ...NOTHING, failed: 1 }))).toBe(false)
  })
})
