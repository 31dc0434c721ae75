import { add, failed, NOTHING, passed, type Outcome } from "./results.ts"
import { isInterrupted, run } from "./run.ts"

interface Check {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly advice: string
}

const CHECKS: readonly Check[] = [
  { name: "format", command: "oxfmt", args: ["--check", "."], advice: "npm run format" },
  { name: "lint", command: "oxlint", args: [], advice: "see above" },
  { name: "types", command: "tsc", args: ["-b"], advice: "see above" },
  { name: "boundaries between packages", command: "turbo", args: ["boundaries"], advice: "tags in turbo.json" },
  {
    name: "imports",
    command: process.execPath,
    args: ["scripts/check-imports.ts"],
    advice: "scripts/imports/rules.ts",
  },
  {
    name: "dead code",
    command: "knip",
    args: ["--no-progress", "--no-config-hints"],
    advice: "remove it, or name an entry in knip.json",
  },
  {
    name: "generated pages",
    command: process.execPath,
    args: ["scripts/docs/main.ts", "--check"],
    advice: "npm run docs",
  },
]

/** Runs every static check, also after one failed, and counts each like a test. */
export const runChecks = async (): Promise<Outcome> => {
  let outcome = NOTHING
  for (const { name, command, args, advice } of CHECKS) {
    if (isInterrupted()) break
    process.stderr.write(`muster: checking ${name} …\n`)
    const status = await run(command, args)
    outcome = add(outcome, status === 0 ? passed() : failed(`check of ${name} (${advice})`))
  }
  return outcome
}
