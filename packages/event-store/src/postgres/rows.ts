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
 * What to select of an event. The driver decodes column by column, and each costs it more than a part of one text: the numbers and the
 * JSON come joined, as one list in JSON that is parsed once. The names and the time need quotes there, and are columns of their own.
 */
export const columns = (sql: postgres.Sql) =>
  sql`id, stream, type, at, concat('[', revision, ',"', position, '",', schema, ',', data, ',', meta, ']') AS rest`

type Rest = readonly [revision: number, position: Position, schema: number, data: unknown, meta: EventMeta]

const eventOf = ({ id, stream, type, at, rest }: EventRow): RecordedEvent => {
  const [revision, position, schema, data, meta] = JSON.parse(rest) as Rest
  return { id, stream, revision, position, type, schema, data, meta, at }
}

/** The events of rows that were selected by `columns`. */
export const eventsOf = (rows: readonly postgres.Row[]): RecordedEvent[] =>
  rows.map((row) => eventOf(row as unknown as EventRow))

/** Length of what the rows hold, names and ids left out. */
export const charsOf = (rows: readonly postgres.Row[]): number =>
  rows.reduce((sum, row) => sum + (row as unknown as EventRow).rest.length, 0)
