import { backoffMillis, pause } from "@muster/platform"
import { LogUnavailable } from "#src/errors.ts"
import { READ_LIMIT_EVENTS, RETRY, SUBSCRIPTION_BATCH_EVENTS } from "#src/limits.ts"
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

type Page = { readonly events: readonly RecordedEvent[] | undefined } | { readonly error: unknown }

/**
 * Reads the log from a position on, for ever. One read path serves catch-up and live: what is new is always found by the
 * position of the last event handed out, so the change from one to the other cannot lose or double anything. Wake-ups and
 * polling only say when to look. After a full page there is more: the next one is fetched while the caller has this one.
 */
export async function* subscribeByReading(
  source: SubscriptionSource,
  { after, batchSize = SUBSCRIPTION_BATCH_EVENTS, signal }: SubscribeOptions,
): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
  const limit = Math.min(Math.max(1, Math.trunc(batchSize)), READ_LIMIT_EVENTS)
  /** Never rejects: a page that is fetched ahead may fail while nobody looks. */
  const fetchPage = (from: Position): Promise<Page> =>
    unlessAborted(source.readAll({ after: from, limit }, signal), signal).then(
      (events) => ({ events }),
      (error: unknown) => ({ error }),
    )
  let cursor = after
  let failures = 0
  let ahead: Promise<Page> | undefined
  while (!signal.aborted) {
    const page = await (ahead ?? fetchPage(cursor))
    ahead = undefined
    if ("error" in page) {
      if (!(page.error instanceof LogUnavailable)) throw page.error
      if (failures === 0)
        source.log.warn({ after: cursor, error: page.error.message }, "subscription cannot read, trying again")
      await pause(backoffMillis(RETRY, failures), signal)
      failures += 1
      continue
    }
    failures = 0
    const { events } = page
    if (events === undefined) return
    const last = events.at(-1)
    if (last !== undefined) {
      cursor = last.position
      if (events.length >= limit) ahead = fetchPage(cursor)
      yield events
    }
    if (events.length < limit) await source.waitBeyond(cursor, signal)
  }
}
