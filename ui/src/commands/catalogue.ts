import type { Command, CommandGroup } from "#src/commands/registry.ts"
import { isWording, say } from "#src/i18n/wording.ts"
import type { Wording } from "#src/i18n/wording.ts"
import type { Binding } from "#src/lib/keys.ts"
import { createPreference } from "#src/lib/preferences.ts"

/** A command as it was last seen. Commands belong to mounted screens, and keys are set on a screen that has none of them. */
export interface KnownCommand {
  readonly id: string
  /** As it was said then. */
  readonly title: string
  /** What it was said from. Entries of older versions have none. */
  readonly wording?: Wording
  readonly group: CommandGroup
  /** The keys it came with. */
  readonly keys?: Binding
}

/**
 * What a command that is not here is called in the language of the page. Without a text of today that says it, because
 * an older version wrote the entry or a newer one has dropped the text: as it was said then.
 */
export const titleOf = ({ title, wording }: KnownCommand): string => (isWording(wording) ? say(wording) : title)

const asCatalogue = (stored: unknown): ReadonlyArray<KnownCommand> | undefined =>
  Array.isArray(stored) && stored.every(isKnown) ? stored : undefined

const isKnown = (item: unknown): item is KnownCommand =>
  typeof item === "object" &&
  item !== null &&
  ["id", "title", "group"].every((name) => typeof (item as Record<string, unknown>)[name] === "string") &&
  ["string", "undefined"].includes(typeof (item as { readonly keys?: unknown }).keys)

const catalogue = createPreference<ReadonlyArray<KnownCommand>>("keys.catalogue", [], asCatalogue)

/** Every command that this browser has seen, in the order of the first time. */
export const knownCommands = catalogue.value

/** Remembers what is offered now. Writes only when there is something new to remember. */
export function noteCommands(commands: ReadonlyArray<Command>): void {
  const next = withCommands(catalogue.value(), commands)
  if (next !== catalogue.value()) catalogue.set(next)
}

/** The catalogue with these commands in it; itself when it had them all as they are. */
export function withCommands(
  known: ReadonlyArray<KnownCommand>,
  commands: ReadonlyArray<Command>,
): ReadonlyArray<KnownCommand> {
  const byId = new Map(known.map((each) => [each.id, each]))
  const news = commands.filter((command) => {
    const seen = byId.get(command.id)
    return seen === undefined || JSON.stringify(entryOf(seen)) !== JSON.stringify(entryOf(command))
  })
  if (news.length === 0) return known
  for (const command of news) byId.set(command.id, entryOf(command))
  return [...byId.values()]
}

/** What is remembered of a command, its parts in one order. */
const entryOf = ({ id, title, wording, group, keys }: KnownCommand): KnownCommand => ({
  id,
  title,
  ...(wording === undefined ? {} : { wording }),
  group,
  ...(keys === undefined ? {} : { keys }),
})
