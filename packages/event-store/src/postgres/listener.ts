import { CONNECT_TIMEOUT_SECONDS, RETRY_FIRST_DELAY_MILLIS, RETRY_MAX_DELAY_MILLIS } from "#src/limits.ts"
import type { LogSink } from "#src/log-sink.ts"
import { faultOf } from "#src/postgres/faults.ts"
import type { Sessions } from "#src/postgres/sessions.ts"
import type { Latch } from "#src/postgres/wake.ts"
import postgres from "postgres"

/** The channel on which processes tell each other how far the log reaches. */
const CHANNEL = "muster_log"
const POSITION_TEXT = /^[1-9][0-9]{0,18}$/u

/** Sends one wake-up as a statement of its own. */
export const notify = async (sessions: Sessions, position: string): Promise<void> => {
  await sessions.current().sql`SELECT pg_notify(${CHANNEL}, ${position})`
}

/** Hears the wake-ups of other processes on a connection of its own, from the first `start` on; reconnects by itself. */
export const makeListener = ({ url, latch, log }: { url: string; latch: Latch; log: LogSink }) => {
  let sql: postgres.Sql | undefined

  const start = (): void => {
    if (sql !== undefined) return
    sql = postgres(url, {
      max: 1,
      connect_timeout: CONNECT_TIMEOUT_SECONDS,
      // The driver's own question for types rejects where nobody listens when its connection is lost, and the process would end.
      fetch_types: false,
      onnotice: () => undefined,
      backoff: (failures) => Math.min(RETRY_MAX_DELAY_MILLIS, RETRY_FIRST_DELAY_MILLIS * 2 ** failures) / 1000,
      connection: { application_name: "muster-log-listen" },
    })
    // A hint only moves the latch to a position that may be read: a wrong one costs an empty read, never an event.
    const onHint = (payload: string) => (POSITION_TEXT.test(payload) ? latch.advance(payload) : latch.nudge())
    // Called at every (re)connection: hints of the time between are lost, so everyone looks.
    sql.listen(CHANNEL, onHint, latch.nudge).catch((error: unknown) => {
      log.warn({ code: faultOf(error).code }, "cannot listen for wake-ups yet, polling meanwhile")
    })
  }

  return {
    start,
    close: async (): Promise<void> => {
      await sql?.end({ timeout: 0 })
    },
  }
}
