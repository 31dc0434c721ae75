import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { runtimesDir } from "@muster/platform/local"
import { withUsage } from "../arguments.ts"
import { measureOverhead } from "./overhead.ts"
import { parseOptions, USAGE } from "./options.ts"
import { runSuite } from "./suite.ts"
import { resultsOf, tables } from "./summary.ts"

const EXIT_FAILED = 1

const tell = (line: string): void => void process.stderr.write(`${line}\n`)

const ofJson = (path: string): { readonly version?: string } =>
  existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as { readonly version?: string }) : {}

const PRODUCT = ofJson(join(import.meta.dirname, "../../../package.json")).version ?? "unknown"

/** `acp: opencode` and `openclaw` are programs with a version of their own; the others come with Muster. */
const versionOf = (name: string): string => {
  const installed = name.replace(/^acp: /u, "")
  return (
    ofJson(join(runtimesDir(), installed, "runtime.json")).version ?? (name === installed ? PRODUCT : "not installed")
  )
}

const main = async (): Promise<number> => {
  const { isJson, isQuick, hasOverhead } = parseOptions(process.argv.slice(2))
  tell("the conformance suite over the runtimes that come with Muster …")
  const own = await runSuite("vitest.config.ts", ["test/conformance.test.ts"])
  if (!isQuick) tell("… and over those that are installed (they start slowly) …")
  const installed = isQuick ? [] : await runSuite("vitest.long.config.ts", ["test/long"])
  const proofs = [...own, ...installed]
  if (hasOverhead) tell("what Muster adds to a turn …")
  const overhead = hasOverhead ? await measureOverhead(isQuick) : []
  const runtimes = resultsOf(proofs, versionOf)
  process.stdout.write(
    isJson ? `${JSON.stringify({ runtimes, overhead }, null, 2)}\n` : `${tables(proofs, runtimes, overhead)}\n`,
  )
  return runtimes.some(({ failed }) => failed > 0) ? EXIT_FAILED : 0
}

process.exitCode = await withUsage(USAGE, main)
