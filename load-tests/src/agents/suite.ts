import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { SUITE_TIMEOUT_MILLIS } from "./limits.ts"

export type Verdict = "passed" | "failed" | "skipped"

/** One promise of the suite, tried with one runtime. */
export interface Proof {
  readonly runtime: string
  readonly promise: string
  readonly verdict: Verdict
}

const AGENT = fileURLToPath(new URL("../../../runtime-agent", import.meta.url))
const VITEST = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs")
const SUITE = /^runtime conformance: (?<name>[^(]+?)(?: \(.*\))?$/u

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[]
      readonly title: string
      readonly status: string
    }[]
  }[]
}

const verdictOf = (status: string): Verdict => (status === "passed" || status === "failed" ? status : "skipped")

/** The verdicts in a report; tests that are not of the conformance suite are left out. */
export const proofsIn = (report: Report): readonly Proof[] =>
  report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.flatMap(({ ancestorTitles, title, status }) => {
      const runtime = SUITE.exec(ancestorTitles[0] ?? "")?.groups?.["name"]
      return runtime === undefined ? [] : [{ runtime, promise: title, verdict: verdictOf(status) }]
    }),
  )

/** Runs the files of the suite under a configuration. Its own output goes to the error stream. */
export const runSuite = async (config: string, files: readonly string[]): Promise<readonly Proof[]> => {
  const dir = mkdtempSync(join(tmpdir(), "muster-agents-"))
  const out = join(dir, "report.json")
  try {
    const child = spawn(
      process.execPath,
      [VITEST, "run", "--config", config, "--reporter=json", `--outputFile=${out}`, ...files],
      { cwd: AGENT, stdio: ["ignore", "ignore", "inherit"], timeout: SUITE_TIMEOUT_MILLIS },
    )
    await once(child, "exit")
    return proofsIn(JSON.parse(readFileSync(out, "utf8")) as Report)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
