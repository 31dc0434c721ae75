/** Where the arrow keys lead on a board: ids column by column, as they are shown. */
export type Columns = ReadonlyArray<ReadonlyArray<string>>

const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] } as const
export type BoardKey = keyof typeof ARROWS | "Home" | "End"

export const isBoardKey = (key: string): key is BoardKey => key in ARROWS || key === "Home" || key === "End"

/**
 * The card that a key leads to from the one with the focus; itself at an edge, the first card from nowhere. Sideways it
 * keeps its height as far as the column reaches, and passes over columns without cards.
 */
export function cardAfter(columns: Columns, from: string | undefined, key: BoardKey): string | undefined {
  const column = columns.findIndex((ids) => from !== undefined && ids.includes(from))
  const ids = columns[column]
  if (ids === undefined || from === undefined) return columns.find((each) => each.length > 0)?.[0]
  if (key === "Home") return ids[0]
  if (key === "End") return ids.at(-1)
  const row = ids.indexOf(from)
  const [aside, down] = ARROWS[key]
  if (aside === 0) return ids[row + down] ?? from
  for (let next = column + aside; next >= 0 && next < columns.length; next += aside) {
    const there = columns[next] ?? []
    if (there.length > 0) return there[Math.min(row, there.length - 1)]
  }
  return from
}
