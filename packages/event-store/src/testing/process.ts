import { fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"

/** Runs a program of this folder in a process of its own, gives it its order and waits for its report; rejects when it dies without one. */
export const runProcess = async <Report>(program: string, order: object): Promise<Report> => {
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), [], { execArgv: [], stdio: "inherit" })
  const reported = once(child, "message")
  const ended = once(child, "exit").then(([code, signal]) => {
    throw new Error(`${program} ended without a report (${String(code ?? signal)})`)
  })
  child.send(order)
  try {
    const [report] = (await Promise.race([reported, ended])) as [Report]
    return report
  } finally {
    ended.catch(() => undefined)
  }
}

/** The other side of `runProcess`: does what it is ordered, reports, and is done. */
export const serveProcess = (work: (order: never) => Promise<unknown>): void => {
  process.once("message", (order) => {
    void work(order as never).then((report) => process.send?.(report, () => process.disconnect()))
  })
}
