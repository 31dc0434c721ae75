import { readFileSync } from "node:fs"
import { type CommandRun, runCommand } from "#test/support/run-command.ts"

/** A command task in a process of its own, so that a test can run it as another account: JSON in, JSON out. */
const run = JSON.parse(readFileSync(0, "utf8")) as CommandRun
process.stdout.write(JSON.stringify(await runCommand(run)))
