import { backoffMillis, pause } from "@muster/platform"
import { LogUnavailable } from "#src/errors.ts"
import { RETRY, SUBSCRIPTION_BATCH_EVENTS } from "#src/limits.ts"
import type { LogSink } from "#src/log-sink.ts"
import type { ReadAllOptions, SubscribeOptions } from "#src/port.ts"
import type { Position, RecordedEvent } from "@muster/domain"

export interface SubscriptionSource {
  readonly readAll: (options: ReadAllOptions, signal: AbortSignal) => Promise<readonly RecordedEvent[]>
  /** Resolves when there may be events after `cursor`, after the poll interval anyway, and at the abort. */
  readonly waitBeyond: (cursor: Position, signal: AbortSignal) => Promise<void>
  readonly log: LogSink
}

/** The work's result, or undefined as soon as the signal aborts; the work's late failure is dropped with it. */
const unlessAborted = <A>(work: Promise<A>, signal: AbortSignal): Promise<A | undefined> =>
  new Promise((resolve, reject) => {
    const onAbort = () => resolve(undefined)
    if (signal.aborted) onAbort()
    signal.addEventListener("abort", onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort))
  })

/**
 * Reads the log from a position on, for ever. One read path serves catch-up and live: what is new is always found by the
 * position of the last event handed out, so the change from one to the other cannot lose or double anything. Wake-ups and
 * polling only say when to look.
 */
export async function* subscribeByReading(
  source: SubscriptionSource,
  { after, batchSize = SUBSCRIPTION_BATCH_EVENTS, signal }: SubscribeOptions,
): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
  const limit = Math.max(1, Math.trunc(batchSize))
  let cursor = after
  let failures = 0
  while (!signal.aborted) {
    let events: readonly RecordedEvent[] | undefined
    try {
      events = await unlessAborted(source.readAll({ after: cursor, limit }, signal), signal)
      failures = 0
    } catch (error) {
      if (!(error instanceof LogUnavailable)) throw error
      if (failures === 0)
        source.log.warn({ after: cursor, error: error.message }, "subscription cannot read, trying again")
      await pause(backoffMillis(RETRY, failures), signal)
      failures += 1
      continue
    }
    if (events === undefined) return
    const last = events.at(-1)
    if (last !== undefined) {
      cursor = last.position
      yield events
    }
    if (events.length < limit) await source.waitBeyond(cursor, signal)
  }
}
