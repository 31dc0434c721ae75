import type { WriterOrder, WriterReport } from "#src/testing/writer.ts"
import { fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"

/** Runs one writer in a process of its own; rejects when it dies without a report. */
export const runWriter = async (order: WriterOrder): Promise<WriterReport> => {
  const child = fork(fileURLToPath(new URL("writer.ts", import.meta.url)), [], { execArgv: [], stdio: "inherit" })
  const reported = once(child, "message")
  const ended = once(child, "exit").then(([code, signal]) => {
    throw new Error(`the writer process ended without a report (${String(code ?? signal)})`)
  })
  child.send(order)
  try {
    const [report] = (await Promise.race([reported, ended])) as [WriterReport]
    return report
  } finally {
    ended.catch(() => undefined)
  }
}
