// A thread that plays histories: one after the other, as it is asked. Everything of the product is loaded behind the hooks.
import { parentPort } from "node:worker_threads"
import { enterSimulation } from "./engine/enter.ts"
import type { HistoryResult } from "./history.ts"

/** What a thread is asked: one history; with `trace`, told in words. */
export interface Ask {
  readonly seed: number
  readonly trace: boolean
}

export type Answer =
  | { readonly kind: "played"; readonly result: HistoryResult; readonly cpuMillis: number }
  | { readonly kind: "line"; readonly line: string }

enterSimulation()
// Decodes four times as fast; before the first schema is made.
await import("effect/schema/SchemaJITCompiler/enable")
const { playHistory } = await import("./history.ts")
const { silentTrace, writtenTrace } = await import("./trace.ts")

const TRACED_STACK_LINES = 12

parentPort?.on("message", ({ seed, trace }: Ask) => {
  const say = (answer: Answer) => parentPort?.postMessage(answer) // oxlint-disable-line unicorn/require-post-message-target-origin -- a thread, not a window
  if (trace) Error.stackTraceLimit = TRACED_STACK_LINES
  const play = async () => {
    const before = process.threadCpuUsage()
    const result = await playHistory(seed, (now) =>
      trace ? writtenTrace(now, (line) => say({ kind: "line", line })) : silentTrace,
    )
    const used = process.threadCpuUsage(before)
    say({ kind: "played", result, cpuMillis: (used.user + used.system) / 1_000 })
  }
  // A history that can not even be played is a defect of the simulation: the thread ends with it, and whoever asked is told.
  void play()
})
