import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { withUsage } from "../arguments.ts"
import { parseOptions, USAGE } from "./options.ts"
import { run, type Findings } from "./run.ts"
import { isGood } from "./summary.ts"

const EXIT_BROKEN = 1

const tell = (line: string): void => void process.stderr.write(`${line}\n`)

/** What a failed seed is looked into with: the timeline, the histories, and what every process said. */
const keepEvidence = (from: string, to: string, { timeline, problems }: Findings): void => {
  mkdirSync(to, { recursive: true })
  cpSync(from, to, { recursive: true })
  writeFileSync(join(to, "timeline.txt"), [...timeline, "", ...problems, ""].join("\n"))
}

const main = async (): Promise<number> => {
  const options = parseOptions(process.argv.slice(2))
  const stopping = new AbortController()
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => stopping.abort())
  const evidence = mkdtempSync(join(tmpdir(), "muster-chaos-evidence-"))
  const log = (who: string, line: string): void => appendFileSync(join(evidence, `${who}.log`), `${line}\n`)
  let isKept = false
  try {
    const findings = await run({ ...options, evidence, tell, log, signal: stopping.signal })
    const { summary, problems, timeline } = findings
    const good = isGood(summary, problems)
    if (!good) {
      for (const line of timeline) tell(line)
      for (const problem of problems) tell(`not as promised: ${problem}`)
    }
    if (options.keep !== undefined || !good) {
      const place = options.keep ?? evidence
      isKept = place === evidence
      if (isKept) writeFileSync(join(evidence, "timeline.txt"), [...timeline, "", ...problems, ""].join("\n"))
      else keepEvidence(evidence, place, findings)
      tell(`what each process said, the histories and the timeline are in ${place}`)
    }
    if (!options.json)
      process.stdout.write(
        `${summary.faults} faults, ${summary.acknowledged} acknowledged tasks, ${summary.lost} lost, ${summary.doubled} doubled\n`,
      )
    process.stdout.write(`${JSON.stringify(summary)}\n`)
    return good ? 0 : EXIT_BROKEN
  } catch (error) {
    isKept = !stopping.signal.aborted || options.keep !== undefined
    if (isKept) tell(`seed ${options.seed}; what each process said is in ${evidence}`)
    if (!stopping.signal.aborted) throw error
    tell("interrupted; everything was ended")
    return EXIT_BROKEN
  } finally {
    if (!isKept && existsSync(evidence)) rmSync(evidence, { recursive: true, force: true })
  }
}

process.exitCode = await withUsage(USAGE, main)
