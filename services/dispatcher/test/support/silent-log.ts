import type { BusLog } from "@muster/team-bus"

const keep = process.env["MUSTER_TEST_LOG"] === "1"
const line = (level: string) => (details: object, message: string) => {
  if (keep) process.stderr.write(`${level} ${message} ${JSON.stringify(details)}\n`)
}

/** Says nothing, unless MUSTER_TEST_LOG=1. */
export const silentLog: BusLog = { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") }
