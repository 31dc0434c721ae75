import { KurrentFault } from "#src/kurrentdb/faults.ts"
import { ATTEMPT_TIMEOUT_MILLIS } from "#src/limits.ts"
import { StreamNotFoundError, type StreamingRead } from "@eventstore/db-client"

/**
 * All of a read, which has to be of one page. Rejects when nobody answers in time and at the abort: never with a part of it.
 * A stream that does not exist is empty.
 */
export const collect = <E>(read: StreamingRead<E>, signal?: AbortSignal): Promise<readonly E[]> =>
  new Promise((resolve, reject) => {
    const events: E[] = []
    const settle = (finish: () => void): void => {
      clearTimeout(timer)
      signal?.removeEventListener("abort", onAbort)
      finish()
    }
    const giveUp = (code: string): void => {
      settle(() => reject(new KurrentFault({ kind: "lost", code })))
      // A call that never began cannot be cancelled, and its failure was told as an error.
      read.cancel().catch(() => undefined)
    }
    const onAbort = () => giveUp("cancelled")
    const timer = setTimeout(() => giveUp("timed-out"), ATTEMPT_TIMEOUT_MILLIS)
    signal?.addEventListener("abort", onAbort, { once: true })
    read.on("data", (event: E) => events.push(event))
    read.on("error", (error) => settle(() => (error instanceof StreamNotFoundError ? resolve([]) : reject(error))))
    read.on("end", () => settle(() => resolve(events)))
    if (signal?.aborted === true) onAbort()
  })
