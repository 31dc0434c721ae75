import { OVERHEAD_ADDED_MAX_MILLIS, OVERHEAD_FACTOR_MAX } from "./limits.ts"
import type { Overhead } from "./overhead.ts"
import type { Proof, Verdict } from "./suite.ts"

export interface RuntimeResult {
  readonly name: string
  readonly version: string
  readonly passed: number
  readonly failed: number
  /** Promises that were not tried: what the runtime has no way to do, and all of one that can not work here. */
  readonly skipped: number
}

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)]

/** Counts by runtime. A promise that a runtime has no script for counts as skipped. */
export const resultsOf = (proofs: readonly Proof[], versionOf: (name: string) => string): readonly RuntimeResult[] => {
  const promises = unique(proofs.map(({ promise }) => promise))
  return unique(proofs.map(({ runtime }) => runtime)).map((name) => {
    const own = proofs.filter(({ runtime }) => runtime === name)
    const count = (verdict: Verdict) => own.filter((proof) => proof.verdict === verdict).length
    const [passed, failed] = [count("passed"), count("failed")]
    return { name, version: versionOf(name), passed, failed, skipped: promises.length - passed - failed }
  })
}

const MARKS: Readonly<Record<Verdict, string>> = { passed: "yes", failed: "NO", skipped: "-" }
const GAP = 2

const tableOf = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)) + GAP)
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("")
        .trimEnd(),
    )
    .join("\n")
}

/** Where the time of a turn goes. */
const stagesOf = ({ runtime, turns, stages }: Overhead): string =>
  tableOf([
    [`${runtime}, medians of ${turns} turns`, "direct", "Muster", "added"],
    ...stages.map(({ stage, directMillis, musterMillis }) => [
      stage,
      ...[directMillis, musterMillis, musterMillis - directMillis].map((millis) => `${millis.toFixed(1)} ms`),
    ]),
  ])

/** The promises by runtime, then the counts, then what Muster adds. */
export const tables = (
  proofs: readonly Proof[],
  results: readonly RuntimeResult[],
  overhead: readonly Overhead[],
): string => {
  const names = results.map(({ name }) => name)
  const verdicts = new Map(proofs.map(({ runtime, promise, verdict }) => [`${runtime}\n${promise}`, verdict]))
  const promises = unique(proofs.map(({ promise }) => promise)).map((promise) => [
    promise,
    ...names.map((name) => MARKS[verdicts.get(`${name}\n${promise}`) ?? "skipped"]),
  ])
  const counts = results.map(({ name, version, passed, failed, skipped }) => [
    name,
    version,
    ...[passed, failed, skipped].map(String),
  ])
  const added = overhead.map(({ runtime, directMillis, musterMillis, addedMillis, factor }) => [
    runtime,
    ...[directMillis, musterMillis, addedMillis].map((millis) => `${millis} ms`),
    `${factor} x`,
  ])
  return [
    tableOf([["", ...names], ...promises]),
    tableOf([["runtime", "version", "passed", "failed", "skipped"], ...counts]),
    ...(added.length === 0
      ? []
      : [
          tableOf([["a whole turn", "direct", "Muster", "added", "factor"], ...added]),
          `aims: at most ${OVERHEAD_FACTOR_MAX} x and ${OVERHEAD_ADDED_MAX_MILLIS} ms added`,
          ...overhead.map(stagesOf),
        ]),
  ].join("\n\n")
}
