import { existsSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { stripVTControlCharacters } from "node:util"
import type { Workspace } from "./workspaces.ts"

/** What of vitest's JSON report is read. */
interface VitestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: "passed" | "failed"
    readonly message: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages?: readonly string[]
    }[]
  }[]
}

export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export interface Outcome extends Counts {
  /** Names of what did not pass, with the workspace and the beginning of why. */
  readonly failures: readonly string[]
  /** Names of what was skipped, with the workspace; they say why. */
  readonly skips: readonly string[]
}

export const NOTHING: Outcome = { passed: 0, failed: 0, skipped: 0, failures: [], skips: [] }

export const add = (a: Outcome, b: Outcome): Outcome => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
  failures: [...a.failures, ...b.failures],
  skips: [...a.skips, ...b.skips],
})

export const passed = (): Outcome => ({ ...NOTHING, passed: 1 })
export const failed = (what: string): Outcome => ({ ...NOTHING, failed: 1, failures: [what] })

/** Where a package's report lies: a place that git ignores and turbo restores when the package is unchanged. */
export const reportFile = (task: string): string => join(".turbo", `${task.replace(":", "-")}-report.json`)

export const removeReports = (root: string, task: string, workspaces: readonly Workspace[]): void => {
  for (const { dir } of workspaces) rmSync(join(root, dir, reportFile(task)), { force: true })
}

/** Of the words about a failure. The whole of them is above, in the output of the test. */
const REASON_MAX_CHARS = 300

const oneLine = (text: string): string => text.trim().replaceAll(/\s+/g, " ")

/** Counts one report. A test file that could not even be loaded has no tests and counts as one failure. */
export const countReport = (workspace: string, report: VitestReport): Outcome => {
  const tests = report.testResults.flatMap((file) => file.assertionResults)
  const named = (status: (it: string) => boolean) =>
    tests
      .filter((test) => status(test.status))
      .map(({ fullName, failureMessages: [why] = [] }) => {
        const name = `${workspace}: ${oneLine(fullName)}`
        return why === undefined
          ? name
          : `${name} (${oneLine(stripVTControlCharacters(why)).slice(0, REASON_MAX_CHARS)})`
      })
  const brokenFiles = report.testResults
    .filter((file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"))
    .map((file) => `${workspace}: ${file.name} (${oneLine(file.message.split("\n")[0] || "could not be run")})`)
  const failures = [...named((status) => status === "failed"), ...brokenFiles]
  const skips = named((status) => status !== "passed" && status !== "failed")
  return {
    passed: tests.filter((test) => test.status === "passed").length,
    failed: failures.length,
    skipped: skips.length,
    failures,
    skips,
  }
}

/**
 * Adds up the reports of all workspaces that have the task. A workspace whose run left no report failed before it could write one,
 * unless `allSucceeded`: then it simply has no test files.
 */
export const collect = (root: string, task: string, workspaces: readonly Workspace[], allSucceeded: boolean): Outcome =>
  workspaces
    .filter(({ scripts }) => scripts[task] !== undefined)
    .map(({ dir, name }): Outcome => {
      const file = join(root, dir, reportFile(task))
      if (existsSync(file)) return countReport(name, JSON.parse(readFileSync(file, "utf8")) as VitestReport)
      return allSucceeded ? NOTHING : failed(`${name}: its tests did not run to an end`)
    })
    .reduce(add, NOTHING)

/** The last line of every test command; .ci/run adds these up. */
export const summaryLine = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`

/** What is printed at the end of a test command. */
export const summary = (outcome: Outcome): string =>
  [
    ...(outcome.skips.length === 0 ? [] : ["", "Skipped:", ...outcome.skips.map((name) => `  ${name}`)]),
    ...(outcome.failures.length === 0 ? [] : ["", "Failed:", ...outcome.failures.map((name) => `  ${name}`)]),
    "",
    summaryLine(outcome),
  ].join("\n")

/** Nothing failed, and there was something to fail. */
export const isGood = ({ passed, failed }: Counts): boolean => failed === 0 && passed > 0
