import { jsonLog, type Log } from "#src/log.ts"

/** Shows what an agent says when MUSTER_TEST_LOG is set. */
export const quietLog: Log = jsonLog((line) => {
  if (process.env["MUSTER_TEST_LOG"]) process.stderr.write(line)
}, "debug")
