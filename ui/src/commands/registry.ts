import { createMemo, createSignal, onCleanup } from "solid-js"
import type { Accessor } from "solid-js"
import type { Wording } from "#src/i18n/wording.ts"
import type { Binding } from "#src/lib/keys.ts"

/** Where a command stands in the palette and on the key sheet. */
export type CommandGroup = "go" | "act" | "view" | "help"

/** Kinds of things that the palette finds beside commands. */
export type EntityKind = "team" | "task" | "member"

export interface Command {
  /** Stable over versions: the palette remembers it. */
  readonly id: string
  readonly title: string
  /** What the title is said from: with it the command can be named in another language while its screen is away. */
  readonly wording?: Wording
  readonly group: CommandGroup
  readonly keys?: Binding
  /** More words to find it by. */
  readonly search?: string
  readonly run: () => void
}

/** As screens offer commands: each knows what its title is said from. `titled` makes both. */
export interface OfferedCommand extends Command {
  readonly wording: Wording
}

/** A thing that the palette can lead to. */
export interface PaletteEntity {
  /** Stable: the palette remembers it. `team:<id>`, `task:<id>`. */
  readonly id: string
  readonly title: string
  readonly kind: EntityKind
  readonly search?: string
  readonly run: () => void
}

/** Everything of one kind that can be found now. Asked while the palette is open, once per opening, never before. */
export type EntitySource = () => ReadonlyArray<PaletteEntity>

export interface CommandRegistry {
  /** Every command of the mounted screens, with the keys it came with; of two with one id the screen mounted last wins. */
  readonly offered: Accessor<ReadonlyArray<Command>>
  /** The same with the keys that the person gave them. */
  readonly all: Accessor<ReadonlyArray<Command>>
  /** Adds commands while the calling owner lives. */
  readonly register: (commands: Accessor<ReadonlyArray<Command>>) => void
  readonly entities: Accessor<ReadonlyArray<EntitySource>>
  /** Lets the palette find things while the calling owner lives. */
  readonly registerEntities: (source: EntitySource) => void
}

/**
 * Commands belong to the screens that are mounted: what cannot be done here is not offered.
 * @param rebind gives commands the keys of the person
 */
export function createCommandRegistry(
  rebind: (commands: ReadonlyArray<Command>) => ReadonlyArray<Command> = (commands) => commands,
): CommandRegistry {
  const sources = createList<Accessor<ReadonlyArray<Command>>>()
  const entities = createList<EntitySource>()
  const offered = createMemo(() => {
    const byId = new Map<string, Command>()
    for (const source of sources.all()) for (const command of source()) byId.set(command.id, command)
    return [...byId.values()]
  })
  return {
    offered,
    all: createMemo(() => rebind(offered())),
    register: sources.add,
    entities: entities.all,
    registerEntities: entities.add,
  }
}

/** A list whose items leave with the owner that added them. */
function createList<T>() {
  const [all, setAll] = createSignal<ReadonlyArray<T>>([])
  return {
    all,
    add: (item: T): void => {
      setAll((current) => [...current, item])
      onCleanup(() => setAll((current) => current.filter((each) => each !== item)))
    },
  }
}

/** The command that a finished sequence means; of two with the same keys the one mounted last. */
export function commandFor(commands: ReadonlyArray<Command>, binding: Binding): Command | undefined {
  return commands.findLast((command) => command.keys === binding)
}

/** Whether a longer sequence starts with these presses. */
export function isPrefix(commands: ReadonlyArray<Command>, presses: string): boolean {
  return commands.some((command) => command.keys?.startsWith(`${presses} `) === true)
}
