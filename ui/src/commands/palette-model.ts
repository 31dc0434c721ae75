import { go } from "fuzzysort"
import type { Command } from "#src/commands/registry.ts"
import { PALETTE_ROWS, RECENT_COMMANDS } from "#src/limits.ts"

/**
 * What the palette lists. Without words: the commands used last first, then the rest in their own order. With words:
 * best match first.
 * @param recent ids, newest first; ids of commands that are not offered here are passed over
 */
export function paletteRows(
  commands: ReadonlyArray<Command>,
  words: string,
  recent: ReadonlyArray<string>,
): ReadonlyArray<Command> {
  if (words.trim() === "") {
    const last = recent.flatMap((id) => commands.find((command) => command.id === id) ?? [])
    return [...last, ...commands.filter((command) => !last.includes(command))].slice(0, PALETTE_ROWS)
  }
  const found = go(words.trim(), commands, {
    key: (command: Command) => `${command.title} ${command.search ?? ""}`,
    limit: PALETTE_ROWS,
    threshold: 0.2,
  })
  return found.map((result) => result.obj)
}

/** The remembered ids after one was used: newest first, each once, no more than the limit. */
export function rememberCommand(recent: ReadonlyArray<string>, id: string): ReadonlyArray<string> {
  return [id, ...recent.filter((other) => other !== id)].slice(0, RECENT_COMMANDS)
}
