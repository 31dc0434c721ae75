import { ANY_REVISION, type EncodedRequest } from "#src/encode.ts"
import type { AppendVerdict } from "#src/port.ts"
import { FENCE_TIMEOUT_MILLIS } from "#src/limits.ts"
import { type Added, charsOf, eventsAdded } from "#src/postgres/added.ts"
import { type AppendAnswer, success, verdictsOf } from "#src/postgres/answer.ts"
import { eventColumns, requestColumns, textArray } from "#src/postgres/columns.ts"
import { dense } from "@muster/platform"
import type postgres from "postgres"

/** Stores a batch in one statement, which is one transaction. A verdict for each request, in their order, and what was added. */
export const appendBatch = async (
  sql: postgres.Sql,
  requests: readonly EncodedRequest[],
): Promise<{ readonly verdicts: readonly AppendVerdict[]; readonly added: Added }> => {
  const r = requestColumns(requests)
  const e = eventColumns(requests)
  const [answer] = dense(
    await sql<AppendAnswer[]>`
    SELECT base, stored_at, outcome, current, before, earlier FROM es.append(
      ${r.streams}::text[], ${r.expected}::bigint[], ${r.counts}::int[], ${r.first}::uuid[], ${r.last}::uuid[],
      ${e.req}::int[], ${e.streams}::text[], ${e.k}::int[], ${e.ids}::uuid[], ${e.types}::text[], ${e.schemas}::int[],
      string_to_array(${e.data}, chr(30)), string_to_array(${e.meta}, chr(30)))`,
  )
  if (answer === undefined) throw new Error("invariant: es.append answers with a row")
  const verdicts = verdictsOf(requests, answer)
  const page = () => ({ events: eventsAdded(requests, verdicts, answer.stored_at), chars: charsOf(requests) })
  return { verdicts, added: { after: answer.base, page } }
}

/**
 * After a lost reply: the verdicts of those requests that are stored (undefined for the others). Requests with an expected
 * revision are left out: es.append recognises them itself when they are sent again.
 */
export const findStored = async (
  sql: postgres.Sql,
  requests: readonly EncodedRequest[],
): Promise<readonly (AppendVerdict | undefined)[]> => {
  const asked = requests.filter((request) => request.expected === ANY_REVISION)
  const verdicts = new Map<EncodedRequest, AppendVerdict>()
  if (asked.length > 0) {
    const r = requestColumns(asked)
    const rows = dense(
      await sql<{ req: number; first_revision: number; first_position: string }[]>`
      SELECT req, first_revision, first_position
      FROM es.find_stored(${r.streams}::text[], ${r.counts}::int[], ${r.first}::uuid[], ${r.last}::uuid[])`,
    )
    for (const row of rows) {
      const request = asked[row.req - 1]
      if (request === undefined) continue
      const revision = row.first_revision + request.events.length - 1
      verdicts.set(request, { ...success(request, revision, row.first_position), alreadyStored: true })
    }
  }
  return requests.map((request) => verdicts.get(request))
}

/**
 * Ends the server's side of sessions that were given up, and waits until it is gone: a batch still on its way there could
 * otherwise be stored after we looked for it. False = not sure yet, ask again.
 */
export const fence = async (sql: postgres.Sql, sessionNames: readonly string[]): Promise<boolean> => {
  const rows = dense(
    await sql<{ gone: boolean }[]>`
    SELECT coalesce(bool_and(pg_terminate_backend(pid, ${FENCE_TIMEOUT_MILLIS}::bigint)), true) AS gone
    FROM pg_stat_activity
    WHERE usename = current_user AND application_name = ANY(${textArray(sessionNames)}::text[])`,
  )
  return rows[0]?.gone === true
}
