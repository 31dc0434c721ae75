import { BadArguments, withUsage } from "../arguments.ts"
import { BENCHES, isBenchName, loadBench } from "./catalogue.ts"
import { figureOf, isMet, type Bench, type BenchLine } from "./frame.ts"
import { parseReport, parseRun } from "./options.ts"
import { report } from "./report.ts"
import { runBench } from "./run.ts"

const USAGE = `npm run bench -- <name> [--json] [--repeats 5] [--profile <folder>] [--<option> <number>]
npm run bench -- report [--from <file> …]

Measures Muster against its peers on servers of its own. Names: ${BENCHES.join(", ")}.
The last line is JSON; with --json it is the only one on the standard output. "report" writes docs/performance.md: from the lines of
the given files, or from a run of everything.
`

/** How each target fares, for people. */
const verdicts = ({ targets }: Bench, line: BenchLine): string =>
  targets
    .map((target) => {
      const value = figureOf(line, target.figure)
      const bound = target.atLeast === undefined ? `at most ${target.atMost}` : `at least ${target.atLeast}`
      const verdict = value === undefined ? "not measured" : isMet(value, target) ? "met" : "missed"
      return `${target.figure} ${value ?? "-"} (target: ${bound}): ${verdict}\n`
    })
    .join("")

const runOne = async (name: string, args: readonly string[], signal: AbortSignal): Promise<number> => {
  const bench = isBenchName(name) ? await loadBench(name) : undefined
  if (bench === undefined) throw new BadArguments(name === "" ? "which one?" : `there is no benchmark "${name}"`)
  const options = parseRun(bench, args)
  const line = await runBench(bench, options, signal)
  if (!options.json) process.stdout.write(verdicts(bench, line))
  process.stdout.write(`${JSON.stringify(line)}\n`)
  return 0
}

const main = async (): Promise<number> => {
  const stopping = new AbortController()
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopping.abort())
  const [name = "", ...args] = process.argv.slice(2)
  try {
    if (name === "report") return await report(parseReport(args), stopping.signal)
    return await runOne(name, args, stopping.signal)
  } catch (error) {
    if (error instanceof BadArguments) throw error
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    return 1
  }
}

// Whatever a benchmark left open must not keep the command: everything it started is stopped by now.
process.exit(await withUsage(USAGE, main))
