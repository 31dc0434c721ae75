import { writeSync } from "node:fs"
import { AGENT_EXIT } from "@muster/contracts"
import { readArgs, USAGE } from "#src/args.ts"
import { DEFAULT_OUTBOX_CAPS, DEFAULT_TIMINGS } from "#src/limits.ts"
import { jsonLog } from "#src/log.ts"
import { startAgent } from "#src/start.ts"

const STDERR = 2
// Nothing the agent makes is for other accounts.
process.umask(0o077)
const log = jsonLog((line) => writeSync(STDERR, line))
const args = readArgs(process.argv.slice(2))
if ("problem" in args) {
  writeSync(STDERR, `${args.problem}\n\n${USAGE}`)
  process.exitCode = AGENT_EXIT.usage
} else {
  const stopping = new AbortController()
  for (const name of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(name, () => stopping.abort())
  try {
    const { code } = await startAgent({
      ...args,
      timings: DEFAULT_TIMINGS,
      caps: DEFAULT_OUTBOX_CAPS,
      env: process.env,
      log,
      stop: stopping.signal,
    })
    process.exit(code)
  } catch (error) {
    log.error({ err: error }, "the agent failed")
    process.exit(AGENT_EXIT.failed)
  }
}
