import { foundOf } from "#src/kurrentdb/events.ts"
import { faultOf, KurrentFault } from "#src/kurrentdb/faults.ts"
import type { Sessions } from "#src/kurrentdb/sessions.ts"
import { RETRY } from "#src/limits.ts"
import type { LogSink } from "#src/log-sink.ts"
import type { Latch } from "#src/postgres/wake.ts"
import { type AllStreamSubscription, END, type EventStoreDBClient, streamNameFilter } from "@eventstore/db-client"
import { backoffMillis, pause } from "@muster/platform"

export interface ListenerOptions {
  readonly sessions: Sessions
  readonly latch: Latch
  readonly log: LogSink
  readonly closing: AbortSignal
}

/** Streams of the server's own begin with "$". */
const NO_SYSTEM_STREAMS = "^[^$].*"

/**
 * Follows the end of the log by one catch-up subscription per process, only to wake those who wait: what they get, they read.
 * So nothing depends on what a subscription leaves out while it is broken.
 */
export const makeListener = ({ sessions, latch, log, closing }: ListenerOptions) => {
  let running: Promise<void> | undefined

  const follow = (client: EventStoreDBClient, ended: AbortSignal, onConfirmed: () => void): Promise<void> =>
    new Promise((resolve, reject) => {
      const over = AbortSignal.any([ended, closing])
      const filter = streamNameFilter({ regex: NO_SYSTEM_STREAMS })
      const subscription: AllStreamSubscription = client.subscribeToAll({ fromPosition: END, filter })
      const settle = (finish: () => void): void => {
        over.removeEventListener("abort", onAbort)
        finish()
        // A call that never began cannot be cancelled, and its failure was told as an error.
        subscription.unsubscribe().catch(() => undefined)
      }
      const onAbort = () => settle(resolve)
      over.addEventListener("abort", onAbort, { once: true })
      subscription.on("confirmation", () => {
        onConfirmed()
        // What came while nobody listened.
        latch.nudge()
      })
      subscription.on("data", (record) => {
        try {
          const found = foundOf(record)
          if (found !== undefined) latch.advance(found.event.position)
        } catch (error) {
          settle(() => reject(faultOf(error)))
        }
      })
      subscription.on("error", (error) => settle(() => reject(faultOf(error))))
      subscription.on("end", () => settle(() => reject(new KurrentFault({ kind: "lost", code: "subscription ended" }))))
      if (over.aborted) onAbort()
    })

  const run = async (): Promise<void> => {
    let failures = 0
    while (!closing.aborted) {
      try {
        await sessions.use((client, ended) => follow(client, ended, () => (failures = 0)))
      } catch (error) {
        if (closing.aborted) return
        // Only hints are late meanwhile: whoever waits polls.
        if (failures === 0) log.warn({ code: faultOf(error).code }, "subscription for wake-ups broke, trying again")
      }
      await pause(backoffMillis(RETRY, failures), closing)
      failures += 1
    }
  }

  return {
    /** Begins to follow, once. */
    start: (): void => {
      if (!closing.aborted) running ??= run()
    },
    /** Resolves when it has stopped, after `closing`. */
    stopped: async (): Promise<void> => {
      await running
    },
  }
}
