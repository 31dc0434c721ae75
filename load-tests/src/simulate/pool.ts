import { Worker } from "node:worker_threads"
import type { HistoryResult } from "./history.ts"
import type { Answer, Ask } from "./worker.ts"

/** Most of what a history makes is soon forgotten: room for it saves collecting. */
const YOUNG_MB = 128

/** The thread that plays ended before it had answered. */
export class PlayerLost extends Error {
  override readonly name = "PlayerLost"
}

export interface Played extends HistoryResult {
  readonly cpuMillis: number
}

/** A thread that plays histories of the source tree it was started from. */
export interface Player {
  readonly play: (seed: number, onLine?: (line: string) => void) => Promise<Played>
  readonly close: () => Promise<void>
}

/** Starts a player. `tree`: folder of a copy of the source; undefined: this one. */
export const startPlayer = (tree?: string): Player => {
  const entry =
    tree === undefined
      ? new URL("worker.ts", import.meta.url)
      : new URL(`file://${tree}/load-tests/src/simulate/worker.ts`)
  const worker = new Worker(entry, {
    stdout: true,
    stderr: true,
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  })
  let pending:
    | { resolve: (played: Played) => void; reject: (error: unknown) => void; onLine: (line: string) => void }
    | undefined
  let lost: unknown
  let words = ""
  worker.stderr.on("data", (chunk: Buffer) => {
    words = (words + chunk.toString("utf8")).slice(-2_000)
  })
  const fail = (error: unknown): void => {
    lost ??= error
    pending?.reject(error)
    pending = undefined
  }
  worker.on("error", fail)
  worker.on("exit", () => fail(new PlayerLost(`the thread ended before its answer: ${words}`)))
  worker.on("message", (answer: Answer) => {
    if (answer.kind === "line") return pending?.onLine(answer.line)
    pending?.resolve({ ...answer.result, cpuMillis: answer.cpuMillis })
    pending = undefined
  })
  return {
    play: (seed, onLine) =>
      new Promise((resolve, reject) => {
        if (lost !== undefined) return reject(lost)
        pending = { resolve, reject, onLine: onLine ?? (() => undefined) }
        const ask: Ask = { seed, trace: onLine !== undefined }
        worker.postMessage(ask) // oxlint-disable-line unicorn/require-post-message-target-origin -- a thread, not a window
      }),
    close: async () => {
      pending = undefined
      await worker.terminate()
    },
  }
}

/** Runs `work` in as many lanes as asked, each with a thing of its own that is put away at the end. */
export const inLanes = async <L>(
  count: number,
  open: () => L,
  close: (lane: L) => Promise<void>,
  work: (lane: L) => Promise<void>,
): Promise<void> => {
  const lanes = Array.from({ length: count }, open)
  try {
    await Promise.all(lanes.map(work))
  } finally {
    await Promise.all(lanes.map(close))
  }
}
