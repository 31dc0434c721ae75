// The commands of the project, under the pinned Node: node scripts/tasks.ts <command>. Users reach them through npm and boot.mjs.
import { join } from "node:path"
import { runChecks } from "./lib/checks.ts"
import { add, isGood, summary, type Outcome } from "./lib/results.ts"
import { isInterrupted, passSignalsOn, run } from "./lib/run.ts"
import { runTests } from "./lib/tests.ts"

const root = join(import.meta.dirname, "..")
const [command = "start", ...rest] = process.argv.slice(2)

/** Two packages at a time suit two cores; each starts servers of its own. */
const TEST_CONCURRENCY = 2
const LONG_TEST_CONCURRENCY = 1

const node = (...args: readonly string[]): Promise<number> => run(process.execPath, args)

/** Brings what is built from sources up to date; unchanged pages come out of turbo's store in a moment. */
const build = async (...packages: readonly string[]): Promise<number> => {
  const filters = packages.map((name) => `--filter=${name}`)
  const status = await run("turbo", ["run", "build", ...filters, "--output-logs=errors-only", "--no-update-notifier"], {
    stdio: ["ignore", "ignore", "inherit"],
  })
  if (status !== 0)
    process.stderr.write(`muster: ${packages.join(" and ")} could not be built; see: npx turbo run build\n`)
  return status
}

const report = (outcome: Outcome): number => {
  process.stdout.write(`${summary(outcome)}\n`)
  return isGood(outcome) && !isInterrupted() ? 0 : 1
}

const force = rest.includes("--force")

const commands: Readonly<Record<string, () => Promise<number>>> = {
  start: async () => {
    const built = await build("@muster/ui", "@muster/runtime-agent")
    return built === 0 ? node("services/standalone/src/main.ts", "--bundled", ...rest) : built
  },
  test: async () =>
    report(add(await runChecks(), await runTests(root, { task: "test", concurrency: TEST_CONCURRENCY, force }))),
  "test:long": async () =>
    report(await runTests(root, { task: "test:long", concurrency: LONG_TEST_CONCURRENCY, force: true })),
  check: async () => report(await runChecks()),
  signin: () => node("services/standalone/src/signin.ts", ...rest),
  backup: () => node("services/standalone/src/backup/backup-main.ts", ...rest),
  restore: () => node("services/standalone/src/backup/restore-main.ts", ...rest),
  runtimes: () => node("scripts/runtimes/main.ts", ...rest),
  simulate: () => node("load-tests/src/simulate/main.ts", ...rest),
  realwork: () => node("load-tests/src/realwork/main.ts", ...rest),
  bench: () => node("load-tests/src/bench/main.ts", ...rest),
  agents: () => node("load-tests/src/agents/main.ts", ...rest),
  "ui:budgets": async () => {
    const built = await build("@muster/ui", "@muster/runtime-agent")
    return built === 0 ? node("load-tests/src/ui/main.ts", ...rest) : built
  },
  "ui:screenshots": async () => {
    const built = await build("@muster/ui", "@muster/runtime-agent")
    return built === 0 ? node("load-tests/src/ui/screenshots.ts", ...rest) : built
  },
  chaos: async () => {
    // Agents from their bundle need half the memory, and there are many.
    const built = await build("@muster/runtime-agent")
    return built === 0 ? node("load-tests/src/chaos/main.ts", ...rest) : built
  },
  docs: () => node("scripts/docs/main.ts"),
}

passSignalsOn()
const chosen = commands[command]
if (chosen === undefined) {
  process.stderr.write(`muster: no command "${command}"; there are: ${Object.keys(commands).join(", ")}\n`)
  process.exitCode = 2
} else process.exitCode = await chosen()
