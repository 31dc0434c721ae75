import { go } from "fuzzysort"
import type { Command, PaletteEntity } from "#src/commands/registry.ts"
import { PALETTE_ENTITIES, PALETTE_ROWS, RECENT_COMMANDS } from "#src/limits.ts"

/** A row of the palette: a command, or a thing to go to. Both have an id, a title and something to run. */
export type PaletteRow = Command | PaletteEntity

export const isEntity = (row: PaletteRow): row is PaletteEntity => "kind" in row

/** Whether a remembered id is one of a thing: `team:…`, `task:…`, `member:…`. Those of commands have no colon. */
export const isEntityId = (id: string): boolean => id.includes(":")

/** How alike a title must be to the words to be shown at all, from 0 to 1. */
const LIKENESS_MIN = 0.2

/**
 * What the palette lists. Without words: what was used last first, then the commands in their own order. With words:
 * best match first, commands and things mixed, of the things no more than a few of each kind.
 * @param recent ids, newest first; ids of what is not offered here are passed over
 */
export function paletteRows(
  commands: ReadonlyArray<Command>,
  words: string,
  recent: ReadonlyArray<string>,
  entities: ReadonlyArray<PaletteEntity> = [],
): ReadonlyArray<PaletteRow> {
  if (words.trim() === "") {
    const all: ReadonlyArray<PaletteRow> = [...commands, ...entities]
    const last = recent.flatMap((id) => all.find((row) => row.id === id) ?? [])
    return [...last, ...commands.filter((command) => !last.includes(command))].slice(0, PALETTE_ROWS)
  }
  const found = go(words.trim(), [...commands, ...entities], {
    key: (row: PaletteRow) => (row.search === undefined ? row.title : `${row.title} ${row.search}`),
    limit: PALETTE_ROWS * 2,
    threshold: LIKENESS_MIN,
  })
  const named = entities.filter((row) => isNamedBy(row, words))
  const shown = new Map<string, number>()
  const rows = found.flatMap(({ obj: row }): ReadonlyArray<PaletteRow> => {
    if (named.includes(row as PaletteEntity)) return []
    if (!isEntity(row)) return [row]
    const before = shown.get(row.kind) ?? 0
    shown.set(row.kind, before + 1)
    return before < PALETTE_ENTITIES ? [row] : []
  })
  return [...named, ...rows].slice(0, PALETTE_ROWS)
}

/** Whether the words are the first word of a title: who types "T-2" means that task, not T-21. */
function isNamedBy(row: PaletteEntity, words: string): boolean {
  const [first] = row.title.split(" ")
  return first?.toLowerCase() === words.trim().toLowerCase()
}

/** The remembered ids after one was used: newest first, each once, no more than the limit. */
export function rememberCommand(recent: ReadonlyArray<string>, id: string): ReadonlyArray<string> {
  return [id, ...recent.filter((other) => other !== id)].slice(0, RECENT_COMMANDS)
}
