/** Rows of text fields; rows may differ in length. */
export type Rows = ReadonlyArray<ReadonlyArray<string>>

const SEPARATORS = [",", ";", "\t"] as const

/** The separator that the first line has most of, outside quotes. */
function separatorOf(text: string): string {
  const line = (text.split("\n", 1)[0] ?? "").replaceAll(/"[^"]*"/g, "")
  const counts = SEPARATORS.map((separator) => line.split(separator).length)
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ","
}

/** Comma-separated values as RFC 4180 has them; semicolons and tabs too. A quote that is never closed reaches to the end. */
export function parseSeparated(
  text: string,
  mostRows = Number.POSITIVE_INFINITY,
): { readonly rows: Rows; readonly of: number } {
  const separator = separatorOf(text)
  const rows: Array<ReadonlyArray<string>> = []
  let of = 0
  let row: Array<string> = []
  let field = ""
  let isQuoted = false
  const endRow = () => {
    of += 1
    if (rows.length < mostRows) rows.push([...row, field])
    row = []
    field = ""
  }
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? ""
    if (isQuoted) {
      if (sign !== '"') field += sign
      else if (text[at + 1] === '"') {
        field += '"'
        at += 1
      } else isQuoted = false
    } else if (sign === '"' && field === "") isQuoted = true
    else if (sign === separator) {
      row.push(field)
      field = ""
    } else if (sign === "\n") endRow()
    else if (sign !== "\r" || text[at + 1] !== "\n") field += sign
  }
  if (field !== "" || row.length > 0) endRow()
  return { rows, of }
}
