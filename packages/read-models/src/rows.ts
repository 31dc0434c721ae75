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

const MAX_SEQ = 2 ** 31 - 1
/** Numbers of a feed are stored as 32-bit numbers; one beyond them means "after everything". */
export const columnSeq = (seq: number): number => Math.min(Math.max(Math.trunc(seq), 0), MAX_SEQ)

/** Text that no column can hold finds nothing. */
export const isFindable = (...texts: readonly string[]): boolean => !texts.some((text) => text.includes("\0"))

export const docOf = <D>(row: { readonly doc: D } | undefined): D | undefined => row?.doc
export const docsOf = <D>(rows: readonly { readonly doc: D }[]): readonly D[] => rows.map((row) => row.doc)

/** The schema whose tables are meant: those in use, or those that are being built beside them. */
export type Schema = "rm" | "rm_next"

/** How rows are written: inside the one statement that also moves the checkpoint. */
export interface RowWrite<R> {
  /** The rows as parameters of the statement, each a text. */
  readonly encode: (rows: readonly R[]) => readonly string[]
  /**
   * The INSERTs; `parameters` stand for what `encode` gave, in its order. Each selects from `fence` as well: a relation with one row
   * when the writer still owns the projection, with none otherwise.
   */
  readonly inserts: (schema: Schema, ...parameters: readonly string[]) => readonly string[]
}

/** Rows as one array of JSON objects with the names of the columns: for tables that get few of them at a time. */
export const jsonRows = <R>(insert: (schema: Schema, rows: string) => string): RowWrite<R> => ({
  encode: (rows) => [JSON.stringify(rows)],
  inserts: (schema, rows) => [insert(schema, `${rows}::text::json`)],
})

/** Separates the values of a column that is sent as one text: the server splits it in a tenth of the time that JSON takes. */
const SEPARATOR = "\u001e"

/** False for text that cannot stand in a column that `columnText` sends. JSON text always can. */
export const isColumnText = (text: string): boolean => !text.includes(SEPARATOR)

/** The values of a column as one text, for `columnArray`. */
export const columnText = (values: readonly (string | number | boolean)[]): string => values.join(SEPARATOR)

/** What `columnText` made, as an array of texts; an empty value is NULL. */
export const columnArray = (parameter: string): string => `string_to_array(${parameter}::text, chr(30), '')`
