import { createMemo, createSignal, onCleanup } from "solid-js"
import type { Accessor } from "solid-js"
import type { Binding } from "#src/lib/keys.ts"

/** Where a command stands in the palette and on the key sheet. */
export type CommandGroup = "go" | "act" | "view" | "help"

export interface Command {
  /** Stable over versions: the palette remembers it. */
  readonly id: string
  readonly title: string
  readonly group: CommandGroup
  readonly keys?: Binding
  /** More words to find it by. */
  readonly search?: string
  readonly run: () => void
}

export interface CommandRegistry {
  /** Every command of the mounted screens; of two with one id the screen mounted last wins. */
  readonly all: Accessor<ReadonlyArray<Command>>
  /** Adds commands while the calling owner lives. */
  readonly register: (commands: Accessor<ReadonlyArray<Command>>) => void
}

/** Commands belong to the screens that are mounted: what cannot be done here is not offered. */
export function createCommandRegistry(): CommandRegistry {
  const [sources, setSources] = createSignal<ReadonlyArray<Accessor<ReadonlyArray<Command>>>>([])
  const all = createMemo(() => {
    const byId = new Map<string, Command>()
    for (const source of sources()) for (const command of source()) byId.set(command.id, command)
    return [...byId.values()]
  })
  return {
    all,
    register: (commands) => {
      setSources((current) => [...current, commands])
      onCleanup(() => setSources((current) => current.filter((source) => source !== commands)))
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
