import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { ProcessFailed } from "../errors.ts"
import { STOP_LINE, type LoadOrder, type LoadStatus } from "../load/protocol.ts"
import { signal } from "./processes.ts"

/** The load and its recorder, two processes that nothing strikes. */
export interface Load {
  /** Acknowledgements that are on the disk. */
  readonly recorded: () => number
  readonly status: () => LoadStatus
  /** Ends the arrivals, and waits until all that was asked for is answered and recorded. */
  readonly finish: () => Promise<LoadStatus>
  readonly kill: () => void
}

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const LOAD = fileOf("../load/main.ts")
const RECORDER = fileOf("../recorder/main.ts")

export const startLoad = (order: LoadOrder, historyFile: string): Load => {
  // Sessions of their own: Ctrl-C reaches the run alone, which ends them.
  const recorder = spawn(process.execPath, [RECORDER, historyFile], {
    detached: true,
    stdio: ["pipe", "pipe", "inherit"],
  })
  const load = spawn(process.execPath, [LOAD], {
    detached: true,
    stdio: ["pipe", "pipe", "inherit", recorder.stdin],
  })
  const { stdin, stdout } = load
  if (stdin === null || stdout === null) throw new ProcessFailed({ message: "the load has no input or output" })
  // The load holds the other end now: when it ends, the recorder's input does.
  recorder.stdin.destroy()
  let recorded = 0
  let status: LoadStatus = { offered: 0, acknowledged: 0, unanswered: 0, refused: [] }
  createInterface({ input: recorder.stdout }).on("line", (line) => {
    recorded = Number(line)
  })
  createInterface({ input: stdout }).on("line", (line) => {
    status = JSON.parse(line) as LoadStatus
  })
  const ends = Promise.all([once(load, "close"), once(recorder, "close")])
  stdin.write(`${JSON.stringify(order)}\n`)
  return {
    recorded: () => recorded,
    status: () => status,
    finish: async () => {
      stdin.end(`${STOP_LINE}\n`)
      const [[loadCode], [recorderCode]] = (await ends) as [[number | null], [number | null]]
      if (loadCode !== 0 || recorderCode !== 0)
        throw new ProcessFailed({ message: `the load ended with ${loadCode}, its recorder with ${recorderCode}` })
      if (recorded !== status.acknowledged)
        throw new ProcessFailed({ message: `${recorded} of ${status.acknowledged} acknowledgements were recorded` })
      return status
    },
    kill: () => {
      for (const { pid } of [load, recorder]) if (pid !== undefined) signal(pid, "SIGKILL")
    },
  }
}
