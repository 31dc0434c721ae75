import type { EventId, EventMeta, Position, RecordedEvent } from "@muster/domain"
import type postgres from "postgres"

/** A row of `columns`. */
interface EventRow {
  readonly id: EventId
  readonly stream: string
  readonly type: string
  /** The driver gives it in the log's own writing, see `sessions.ts`. */
  readonly at: string
  readonly rest: string
}

/**
 * What to select of an event. The driver decodes column by column, and each costs it more than a cut through one text: the
 * numbers and the JSON come joined. None of them can hold the separator, JSON writes control characters as escapes. Texts
 * that live on with the event (id, names, time) stay columns of their own, or they would keep the whole row in memory.
 */
export const columns = (sql: postgres.Sql) =>
  sql`id, stream, type, at, concat_ws(chr(30), revision, position, schema, data, meta) AS rest`

const SEPARATOR = "\u001e"

const eventOf = ({ id, stream, type, at, rest }: EventRow): RecordedEvent => {
  const [revision, position, schema, data = "", meta = ""] = rest.split(SEPARATOR)
  return {
    id,
    stream,
    revision: Number(revision),
    position: position as Position,
    type,
    schema: Number(schema),
    data: JSON.parse(data) as unknown,
    meta: JSON.parse(meta) as EventMeta,
    at,
  }
}

/** The events of rows that were selected by `columns`. */
export const eventsOf = (rows: readonly postgres.Row[]): RecordedEvent[] =>
  rows.map((row) => eventOf(row as unknown as EventRow))

/** Length of what the rows hold, names and ids left out. */
export const charsOf = (rows: readonly postgres.Row[]): number =>
  rows.reduce((sum, row) => sum + (row as unknown as EventRow).rest.length, 0)
