import { LogUnavailable, PoisonedEvent } from "#src/errors.ts"
import { makeAppend } from "#src/kurrentdb/append.ts"
import { faultOf, KurrentFault } from "#src/kurrentdb/faults.ts"
import type { Sessions } from "#src/kurrentdb/sessions.ts"
import { KURRENT_APPENDS_IN_FLIGHT, RETRY } from "#src/limits.ts"
import type { LogSink } from "#src/log-sink.ts"
import type { AppendVerdict } from "#src/port.ts"
import { makeQueue, type Pending, type QueueLimits } from "#src/queue.ts"
import type { Position } from "@muster/domain"
import { backoffMillis, pause } from "@muster/platform"

export interface CommitterOptions {
  readonly sessions: Sessions
  readonly log: LogSink
  /** Called after each stored request with its last position. */
  readonly onCommitted: (lastPosition: Position) => void
  readonly limits?: Partial<QueueLimits>
}

/** Sends many requests at once, those of one stream one after the other in the order they came. */
export const makeCommitter = ({ sessions, log, onCommitted, limits = {} }: CommitterOptions) => {
  const queue = makeQueue({
    limits,
    closedFault: () => new KurrentFault({ kind: "misconfigured", code: "closed" }),
    onQueued: () => pump(),
  })
  const { lanes } = queue
  let inFlight = 0
  let whenIdle: (() => void) | undefined

  /** Brings a request to its verdict. Rejects only for a defect of ours. */
  const commit = async ({ request, stream, deadlineAt }: Pending): Promise<AppendVerdict> => {
    const attempt = makeAppend(request)
    let lastFault = new KurrentFault({ kind: "lost", code: "the request waited too long in the queue" })
    for (let failures = 0; ; failures += 1) {
      if (performance.now() >= deadlineAt) return { ok: false, error: new LogUnavailable({ cause: lastFault }) }
      try {
        const verdict = await sessions.use(attempt)
        if (verdict !== undefined) return verdict
        lastFault = new KurrentFault({ kind: "lost", code: "others were always faster at the end of the stream" })
      } catch (error) {
        const fault = faultOf(error)
        if (fault.kind === "refused")
          return {
            ok: false,
            error: new PoisonedEvent({ stream, reason: `refused by the event store (${fault.code})` }),
          }
        if (fault.kind === "misconfigured") return { ok: false, error: new LogUnavailable({ cause: fault }) }
        if (failures === 0) log.warn({ code: fault.code }, "append failed, trying again")
        lastFault = fault
      }
      await pause(backoffMillis(RETRY, failures))
    }
  }

  const run = async (batch: readonly Pending[], pending: Pending): Promise<void> => {
    try {
      const verdict = await commit(pending)
      if (verdict.ok) onCommitted(verdict.lastPosition)
      pending.settle(verdict)
    } catch (error) {
      // A defect of ours: the caller must not hang on it.
      log.warn({ defect: error instanceof Error ? error.message : String(error) }, "append broke")
      pending.settle({ ok: false, error: new LogUnavailable({ cause: error }) })
    }
    inFlight -= 1
    lanes.release(batch)
    pump()
    if (inFlight === 0) whenIdle?.()
  }

  const pump = (): void => {
    while (inFlight < KURRENT_APPENDS_IN_FLIGHT) {
      const next = lanes.take({ requests: 1, bytes: Number.POSITIVE_INFINITY })
      const [pending] = next
      if (pending === undefined) return
      inFlight += 1
      void run(next, pending)
    }
  }

  return {
    submit: queue.submit,
    /** Takes no more requests and waits until those it has are answered. */
    close: (): Promise<void> => {
      queue.close()
      return new Promise((resolve) => {
        if (inFlight === 0) resolve()
        else whenIdle = resolve
      })
    },
  }
}
