import { ANY_REVISION, type EncodedRequest } from "#src/encode.ts"
import { WrongExpectedRevision } from "#src/errors.ts"
import type { AppendVerdict } from "#src/port.ts"
import { FENCE_TIMEOUT_MILLIS } from "#src/limits.ts"
import { Position } from "@muster/domain"
import { dense } from "@muster/platform"
import type postgres from "postgres"

/** Outcomes of es.append. */
const STORED = 0
const CONFLICT = 1

interface OutcomeRow {
  readonly req: number
  readonly outcome: number
  readonly at_revision: string
  readonly at_position: string | null
}

const success = (
  request: EncodedRequest,
  revision: number,
  firstPosition: string,
): Extract<AppendVerdict, { ok: true }> => ({
  ok: true,
  revision,
  firstPosition: Position.make(firstPosition),
  lastPosition: Position.make(String(BigInt(firstPosition) + BigInt(request.events.length - 1))),
})

const verdictOf = (request: EncodedRequest, row: OutcomeRow): AppendVerdict => {
  const revision = Number(row.at_revision)
  if (row.outcome === CONFLICT || row.at_position === null) {
    const { stream, expected } = request
    return { ok: false, error: new WrongExpectedRevision({ stream, expected, actual: revision }) }
  }
  const verdict = success(request, revision, row.at_position)
  return row.outcome === STORED ? verdict : { ...verdict, alreadyStored: true }
}

/** One column per parameter of es.append. */
const columnsOf = (requests: readonly EncodedRequest[]) => {
  const events = requests.flatMap((request, index) =>
    request.events.map((event, k) => ({ req: index + 1, stream: request.stream, k: k + 1, event })),
  )
  return {
    streams: requests.map((request) => request.stream),
    expected: requests.map((request) => request.expected),
    counts: requests.map((request) => request.events.length),
    first: requests.map((request) => request.events[0].id),
    last: requests.map((request) => request.events.at(-1)?.id ?? request.events[0].id),
    req: events.map((row) => row.req),
    estream: events.map((row) => row.stream),
    k: events.map((row) => row.k),
    ids: events.map((row) => row.event.id),
    types: events.map((row) => row.event.type),
    schemas: events.map((row) => row.event.schema),
    data: events.map((row) => row.event.data),
    meta: events.map((row) => row.event.meta),
  }
}

/** Stores a batch in one statement, which is one transaction. A verdict for each request, in their order. */
export const appendBatch = async (
  sql: postgres.Sql,
  requests: readonly EncodedRequest[],
): Promise<readonly AppendVerdict[]> => {
  const c = columnsOf(requests)
  const rows = dense(
    await sql<OutcomeRow[]>`
    SELECT req, outcome, at_revision, at_position FROM es.append(
      ${c.streams}::text[], ${c.expected}::bigint[], ${c.counts}::int[], ${c.first}::uuid[], ${c.last}::uuid[],
      ${c.req}::int[], ${c.estream}::text[], ${c.k}::int[], ${c.ids}::uuid[], ${c.types}::text[], ${c.schemas}::int[],
      ${c.data}::text[], ${c.meta}::text[])
    ORDER BY req`,
  )
  return requests.map((request, index) => {
    const row = rows[index]
    if (row === undefined) throw new Error("invariant: es.append answers every request")
    return verdictOf(request, row)
  })
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
    const c = columnsOf(asked)
    const rows = dense(
      await sql<{ req: number; first_revision: number; first_position: string }[]>`
      SELECT req, first_revision, first_position
      FROM es.find_stored(${c.streams}::text[], ${c.counts}::int[], ${c.first}::uuid[], ${c.last}::uuid[])`,
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
    WHERE usename = current_user AND application_name = ANY(${[...sessionNames]}::text[])`,
  )
  return rows[0]?.gone === true
}
