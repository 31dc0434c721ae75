import { LogUnavailable } from "#src/errors.ts"
import { ATTEMPT_TIMEOUT_MILLIS, READ_DEADLINE_MILLIS, READ_LIMIT_EVENTS, RETRY } from "#src/limits.ts"
import type { ReadAllOptions, ReadStreamOptions } from "#src/port.ts"
import { backoffMillis, dense, pause } from "@muster/platform"
import { faultOf } from "#src/postgres/faults.ts"
import { charsOf, columns, eventsOf } from "#src/postgres/rows.ts"
import type { Page } from "#src/tail.ts"
import { type Session, type Sessions, withinMillis } from "#src/postgres/sessions.ts"
import { comparePositions, type Position, START } from "@muster/domain"
import type postgres from "postgres"

/** Above this a position cannot exist here: the column is a signed 64-bit number. */
const MAX_POSITION = String(2n ** 63n - 1n)
const MAX_REVISION = 2 ** 31 - 1

const clampLimit = (limit: number): number => Math.min(Math.max(Math.trunc(limit), 0), READ_LIMIT_EVENTS)

/** All reads, each tried again over broken connections until its deadline, then rejected with `LogUnavailable`. */
export const makeReads = (sessions: Sessions, deadlineMillis = READ_DEADLINE_MILLIS) => {
  const reading = async <A>(read: (sql: postgres.Sql) => PromiseLike<A>, signal?: AbortSignal): Promise<A> => {
    const deadlineAt = performance.now() + deadlineMillis
    for (let failures = 0; ; failures += 1) {
      let session: Session | undefined
      try {
        session = sessions.current()
        return await withinMillis(read(session.sql), ATTEMPT_TIMEOUT_MILLIS)
      } catch (error) {
        const fault = faultOf(error)
        const canHeal = fault.kind === "lost" || fault.kind === "busy"
        if (!canHeal || signal?.aborted === true || performance.now() >= deadlineAt)
          throw new LogUnavailable({ cause: fault })
        // Connections that nobody answers on would be handed out again.
        if (session !== undefined && fault.code === "CONNECTION_TIMED_OUT") sessions.discard(session)
      }
      await pause(backoffMillis(RETRY, failures), signal)
    }
  }

  return {
    stream: async (stream: string, { after = 0, limit = READ_LIMIT_EVENTS }: ReadStreamOptions = {}) => {
      if (clampLimit(limit) === 0 || after >= MAX_REVISION || stream.includes("\0")) return []
      return reading(async (sql) =>
        eventsOf(
          dense(
            await sql`
          SELECT ${columns(sql)} FROM es.events
          WHERE stream = ${stream} AND revision > ${Math.max(0, Math.trunc(after))}
          ORDER BY revision LIMIT ${clampLimit(limit)}`,
          ),
        ),
      )
    },
    streams: async (streams: readonly string[]) => {
      const names = streams.filter((stream) => !stream.includes("\0"))
      if (names.length === 0) return []
      return reading(async (sql) =>
        eventsOf(
          dense(
            await sql`
          SELECT ${columns(sql)} FROM es.events
          WHERE stream = ANY (ARRAY (SELECT json_array_elements_text(${JSON.stringify(names)}::text::json)))
          ORDER BY stream, revision LIMIT ${READ_LIMIT_EVENTS}`,
          ),
        ),
      )
    },
    all: async ({ after, limit }: ReadAllOptions, signal?: AbortSignal): Promise<Page> => {
      if (clampLimit(limit) === 0 || comparePositions(after, MAX_POSITION) >= 0) return { events: [], chars: 0 }
      return reading(async (sql) => {
        const rows = dense(
          await sql`
          SELECT ${columns(sql)} FROM es.events
          WHERE position > ${after} ORDER BY position LIMIT ${clampLimit(limit)}`,
        )
        return { events: eventsOf(rows), chars: charsOf(rows) }
      }, signal)
    },
    head: () =>
      reading(async (sql) => {
        const rows = dense(await sql<{ head: Position }[]>`SELECT coalesce(max(position), 0) AS head FROM es.events`)
        return rows[0]?.head ?? START
      }),
    generation: () =>
      reading(async (sql) => {
        const rows = dense(await sql<{ generation: string }[]>`SELECT generation FROM es.meta`)
        const generation = rows[0]?.generation
        if (generation === undefined) throw new LogUnavailable({ cause: "es.meta is empty" })
        return generation
      }),
  }
}
