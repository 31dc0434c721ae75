import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { BENCHES, isBenchName, loadBench, type BenchName } from "./catalogue.ts"
import type { BenchLine } from "./frame.ts"
import { BadArguments, parseRun } from "./options.ts"
import { pageOf, type Section } from "./page.ts"
import { runBench } from "./run.ts"

const PAGE = join(import.meta.dirname, "..", "..", "..", "docs", "performance.md")

/** The last line of a run's output, which may have more above it. */
const readLine = (path: string): BenchLine => {
  const last = readFileSync(path, "utf8").trimEnd().split("\n").at(-1) ?? ""
  const line = JSON.parse(last) as BenchLine
  if (!isBenchName(line.name)) throw new BadArguments(`${path} ends with no line of a benchmark`)
  return line
}

const runAll = async (rest: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<BenchName, BenchLine>> => {
  const lines = new Map<BenchName, BenchLine>()
  for (const name of BENCHES) {
    const bench = await loadBench(name)
    if (bench !== undefined) lines.set(name, await runBench(bench, parseRun(bench, rest), signal))
  }
  return lines
}

/** Writes docs/performance.md from runs that were made, or from runs of everything. The newest of several of one name counts. */
export const report = async (
  { from, rest }: { readonly from: readonly string[]; readonly rest: readonly string[] },
  signal: AbortSignal,
): Promise<number> => {
  const given = from.map(readLine)
  const lines = given.length > 0 ? new Map(given.map((line) => [line.name, line])) : await runAll(rest, signal)
  const sections: Section[] = []
  for (const name of BENCHES) {
    const [bench, line] = [await loadBench(name), lines.get(name)]
    if (bench !== undefined && line !== undefined) sections.push({ bench, line })
  }
  writeFileSync(PAGE, pageOf(sections))
  process.stderr.write(`bench: wrote ${sections.length} sections of docs/performance.md\n`)
  return 0
}
