import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { BadArguments } from "../arguments.ts"
import { BENCHES, isBenchName, loadBench } from "./catalogue.ts"
import { figureOf, isMet, type Bench, type BenchLine } from "./frame.ts"
import { parseRun, type RunOptions } from "./options.ts"
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

/** Figures that miss their target. */
export const missedBy = ({ targets }: Pick<Bench, "targets">, line: BenchLine): readonly string[] =>
  targets.flatMap((target) => {
    const value = figureOf(line, target.figure)
    return value === undefined || isMet(value, target) ? [] : [target.figure]
  })

/** Once more, for the profile alone: profiling costs time, so its figures do not count. */
const profiled = async (bench: Bench, options: RunOptions, signal: AbortSignal): Promise<BenchLine> => {
  const profileDir = mkdtempSync(join(tmpdir(), "muster-bench-profile-"))
  const alone: readonly (readonly [string, number])[] = options.numbers.has("peers") ? [["peers", 0]] : []
  try {
    const numbers = new Map([...options.numbers, ...alone])
    return await runBench(bench, { ...options, repeats: 1, profileDir, numbers }, signal)
  } finally {
    rmSync(profileDir, { recursive: true, force: true })
  }
}

const runAll = async (rest: readonly string[], signal: AbortSignal): Promise<readonly BenchLine[]> => {
  const lines: BenchLine[] = []
  for (const name of BENCHES) {
    const bench = await loadBench(name)
    if (bench === undefined) continue
    const options = parseRun(bench, rest)
    const line = await runBench(bench, options, signal)
    lines.push(line)
    if (missedBy(bench, line).length > 0) lines.push(await profiled(bench, options, signal))
  }
  return lines
}

/** The newest line with figures and the newest profile, which are two runs; of a run that was profiled the figures count if there is no other. */
export const sectionOf = (bench: Bench, lines: readonly BenchLine[]): Section | undefined => {
  const own = lines.filter(({ name }) => name === bench.name)
  const line = own.findLast(({ profile }) => profile === undefined) ?? own.at(-1)
  return line === undefined ? undefined : { bench, line, profile: own.findLast(({ profile }) => profile)?.profile }
}

/**
 * Writes docs/performance.md from runs that were made, or from runs of everything, in which those that miss a target are run once more under the
 * profiler. The newest of several of one name counts.
 */
export const report = async (
  { from, rest }: { readonly from: readonly string[]; readonly rest: readonly string[] },
  signal: AbortSignal,
): Promise<number> => {
  const given = from.map(readLine)
  const lines = given.length > 0 ? given : await runAll(rest, signal)
  const sections: Section[] = []
  for (const name of BENCHES) {
    const bench = await loadBench(name)
    const section = bench === undefined ? undefined : sectionOf(bench, lines)
    if (section !== undefined) sections.push(section)
  }
  writeFileSync(PAGE, pageOf(sections))
  for (const { bench, line, profile = line.profile } of sections)
    if (profile === undefined && missedBy(bench, line).length > 0)
      process.stderr.write(
        `bench: ${bench.name} misses ${missedBy(bench, line).join(", ")} and there is no profile: npm run bench -- ${bench.name} --json --profile <folder>\n`,
      )
  process.stderr.write(`bench: wrote ${sections.length} sections of docs/performance.md\n`)
  return 0
}
