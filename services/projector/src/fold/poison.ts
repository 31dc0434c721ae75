import { Data } from "effect"

/** An event names another thing than the stream it stands in. */
export class MisplacedEvent extends Data.TaggedError("MisplacedEvent")<{ readonly stream: string }> {}

/** The document an event makes lacks what its columns need. */
export class UnsoundDocument extends Data.TaggedError("UnsoundDocument")<{ readonly column: string }> {}

/** Throws `UnsoundDocument` when a column of the row is empty or no number the database takes. */
export const sound = <R extends object>(row: R): R => {
  for (const [column, value] of Object.entries(row)) {
    const isHole = value === undefined || value === null
    const isNoNumber = typeof value === "number" && !(Number.isSafeInteger(value) && Math.abs(value) < 2 ** 31)
    if (isHole || isNoNumber) throw new UnsoundDocument({ column })
  }
  return row
}
