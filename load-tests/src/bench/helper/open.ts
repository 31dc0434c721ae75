import { fork } from "node:child_process"
import { once } from "node:events"
import { setTimeout as delay } from "node:timers/promises"
import type { BenchContext } from "../frame.ts"
import { HELPER_START_TIMEOUT_MILLIS, HELPER_STOP_TIMEOUT_MILLIS } from "../limits.ts"
import { OUTPUT_TAIL_LINES, READY, type Answer, type Note } from "./protocol.ts"

/** A helper process failed or ended; the message holds the last that it said. */
export class HelperFailed extends Error {
  override readonly name = "HelperFailed"
}

/** A process of its own that takes part in a benchmark: a product, a peer's worker, viewers. */
export interface Helper {
  readonly pid: number
  /** Asks it for something. Rejects with HelperFailed when it cannot or has ended. */
  readonly ask: <A>(what: string, input?: unknown) => Promise<A>
  /** Hears what it says unasked. */
  readonly onNote: (listener: (note: unknown) => void) => void
  readonly stop: () => Promise<void>
}

export interface HelperOptions {
  /** Absolute path of its program, which calls `serveHelper`. */
  readonly path: string
  /** Names its profile. */
  readonly name: string
  /** Handed over before anything else; may hold secrets, so it is no argument. */
  readonly input: unknown
}

/** Starts a helper and waits until it is ready. It is stopped when the benchmark is over. */
export const openHelper = async (
  { defer, profileDir }: Pick<BenchContext, "defer" | "profileDir">,
  { path, name, input }: HelperOptions,
): Promise<Helper> => {
  const profiling =
    profileDir === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileDir}`, `--cpu-prof-name=${name}.cpuprofile`]
  const child = fork(path, [], { execArgv: profiling, stdio: ["ignore", "pipe", "pipe", "ipc"] })
  // Not "close": what it started may hold its output open for longer than it lives.
  const exited = once(child, "exit")
  let isClosed = false
  const tail: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      tail.push(...text.split("\n").filter((line) => line !== ""))
      tail.splice(0, tail.length - OUTPUT_TAIL_LINES)
    })
  const failure = (reason: string) => new HelperFailed(`${name}: ${reason}\n${tail.join("\n")}`)
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  const listeners: ((note: unknown) => void)[] = []
  let asked = 0
  child.on("message", (message: Answer | Note) => {
    if ("note" in message) {
      for (const listener of listeners) listener(message.note)
      return
    }
    const waiter = waiting.get(message.to)
    waiting.delete(message.to)
    if (message.problem === undefined) waiter?.resolve(message.output)
    else waiter?.reject(failure(message.problem))
  })
  child.on("error", (error) => tail.push(error.message))
  child.on("exit", () => {
    isClosed = true
    for (const { reject } of waiting.values()) reject(failure("the process has ended"))
    waiting.clear()
  })
  const ask = <A>(what: string, given?: unknown): Promise<A> =>
    new Promise<A>((resolve, reject) => {
      if (isClosed) return reject(failure("the process has ended"))
      asked += 1
      waiting.set(asked, { resolve: resolve as (value: unknown) => void, reject })
      child.send({ id: asked, what, input: given })
    })
  const stop = async (): Promise<void> => {
    if (isClosed) return
    // It ends by itself when nobody speaks with it any more, and writes its profile then.
    child.disconnect()
    const late = setTimeout(() => child.kill("SIGKILL"), HELPER_STOP_TIMEOUT_MILLIS)
    await exited
    clearTimeout(late)
  }
  defer(stop)
  const patience = new AbortController()
  const late = delay(HELPER_START_TIMEOUT_MILLIS, "late" as const, { signal: patience.signal }).catch(
    () => "ready" as const,
  )
  const began = await Promise.race([ask(READY, input).then(() => "ready" as const), late])
  patience.abort()
  if (began === "late") throw failure("it did not begin in time")
  return {
    pid: child.pid ?? 0,
    ask,
    onNote: (listener) => void listeners.push(listener),
    stop,
  }
}
