import { backoffMillis, pause } from "@muster/platform"
import { all, connect, type Database } from "#src/database.ts"
import { faultOf } from "#src/errors.ts"
import { HINT_INTERVAL_MILLIS, RETRY } from "#src/limits.ts"
import type { LogSink } from "#src/log-sink.ts"

/** The channel on which processes tell each other that the read models moved. */
const CHANNEL = "muster_read_models"

/** Tells other processes of advances: at once, then at most once per `HINT_INTERVAL_MILLIS`, never losing the last. */
export const makeHinter = (database: Database, log: LogSink) => {
  let timer: NodeJS.Timeout | undefined
  let isPending = false
  const send = (): void => {
    isPending = false
    // Only a hint: whoever misses it polls.
    database
      .run((sql) => all(sql`SELECT pg_notify(${CHANNEL}, '')`))
      .catch((error: unknown) => log.warn({ code: faultOf(error).code }, "other processes were not told of an advance"))
    timer = setTimeout(() => {
      timer = undefined
      if (isPending) send()
    }, HINT_INTERVAL_MILLIS)
  }
  return {
    hint: (): void => {
      isPending = true
      if (timer === undefined) send()
    },
    close: (): void => {
      clearTimeout(timer)
    },
  }
}

/** Hears the hints of other processes on a connection of its own until the signal aborts; reconnects by itself. */
export const listenForHints = async (
  { url, log, signal }: { readonly url: string; readonly log: LogSink; readonly signal: AbortSignal },
  onHint: () => void,
): Promise<void> => {
  const sql = connect({ url, name: "muster-read-models-listen", connections: 1 })
  const end = () => sql.end({ timeout: 0 })
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true })
    if (signal.aborted) resolve()
  })
  try {
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        // Called at every (re)connection as well: hints of the time between are lost, so everyone looks.
        await Promise.race([sql.listen(CHANNEL, onHint, onHint), aborted])
        await aborted
      } catch (error) {
        if (failures === 0) log.warn({ code: faultOf(error).code }, "cannot listen for advances yet, polling meanwhile")
        await pause(backoffMillis(RETRY, failures), signal)
      }
    }
  } finally {
    await end()
  }
}
