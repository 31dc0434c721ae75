/** Lines of each table of a profile. */
export const PARTS_SHOWN = 14
export const FUNCTIONS_SHOWN = 14
export const STATEMENTS_SHOWN = 12
/** A statement is shown so far, in characters. */
export const STATEMENT_CHARS = 110
