import { LIST_MAX_ROWS } from "#src/limits.ts"
import { comparePositions } from "@muster/domain"

/** Between 0 and `max`. */
export const clampLimit = (limit: number, max = LIST_MAX_ROWS): number =>
  Math.min(Math.max(Math.trunc(limit) || 0, 0), max)

/** Text as searches and sign-in compare it. Folded here and not in SQL, so that it does not depend on the server's locale. */
export const comparable = (text: string): string => text.normalize("NFKC").trim().toLowerCase()

/** Positions are stored as signed 64-bit numbers; a cursor beyond them means "after everything". */
const MAX_POSITION = String(2n ** 63n - 1n)
export const columnPosition = (position: string): string =>
  comparePositions(position, MAX_POSITION) > 0 ? MAX_POSITION : position

/** Text that no column can hold finds nothing. */
export const isFindable = (...texts: readonly string[]): boolean => !texts.some((text) => text.includes("\0"))

export const docOf = <D>(row: { readonly doc: D } | undefined): D | undefined => row?.doc
export const docsOf = <D>(rows: readonly { readonly doc: D }[]): readonly D[] => rows.map((row) => row.doc)

/** How the rows of one table are written: inside the one statement that also moves the checkpoint. */
export interface RowWrite {
  /**
   * The INSERT. `rows` stands for the parameter with the rows as JSON, an array of objects with the names of the columns. It
   * selects from `fence` as well: a relation with one row when the writer still owns the projection, with none otherwise.
   */
  readonly insert: (rows: string) => string
}
