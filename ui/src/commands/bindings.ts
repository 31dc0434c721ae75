import type { Command } from "#src/commands/registry.ts"
import type { Binding } from "#src/lib/keys.ts"
import { bindingHere } from "#src/lib/keys.ts"
import { createPreference } from "#src/lib/preferences.ts"

/** What a person changed, by the id of the command; null where a command shall have no keys. */
export type Bindings = Readonly<Record<string, Binding | null>>

/** Reads changed keys out of storage. */
export const asBindings = (stored: unknown): Bindings | undefined =>
  typeof stored === "object" &&
  stored !== null &&
  !Array.isArray(stored) &&
  Object.values(stored).every((value) => value === null || typeof value === "string")
    ? (stored as Bindings)
    : undefined

const preference = createPreference<Bindings>("keys.bindings", {}, asBindings)

export const changedBindings = preference.value

/** Takes over what was changed on another page of this browser. */
export const takeBindings = (bindings: Bindings): void => void preference.set(bindings)

/** Gives a command other keys, none (null), or those it came with (undefined). */
export function bindCommand(id: string, binding: Binding | null | undefined): void {
  const { [id]: _, ...others } = preference.value()
  preference.set(binding === undefined ? others : { ...others, [id]: binding })
}

export const resetBindings = (): void => void preference.set({})

/** The commands with the keys that this person gave them, as presses are written on this machine. */
export const withBindings = (
  commands: ReadonlyArray<Command>,
  changed: Bindings,
  apple: boolean,
): ReadonlyArray<Command> =>
  commands.map((command) => {
    const { keys: own, ...rest } = command
    const keys = changed[command.id] === undefined ? own : changed[command.id]
    return keys === null || keys === undefined ? rest : { ...rest, keys: bindingHere(keys, apple) }
  })

/** What cannot be had: the browser or the page needs these presses before anything else. */
const RESERVED = new Set(
  ["mod+t", "mod+n", "mod+w", "mod+shift+t", "mod+shift+n", "mod+shift+w", "mod+tab", "mod+shift+tab"].concat([
    "tab",
    "shift+tab",
    "escape",
    "enter",
  ]),
)

export const isReserved = (binding: Binding): boolean => binding.split(" ").some((press) => RESERVED.has(press))

/** A command, mounted or only known, with the keys it has now. */
export interface Bound {
  readonly id: string
  readonly keys?: Binding | undefined
}

/** The command that a binding would be taken from: the same keys, or one of the two begins with the other. */
export function conflictOf<C extends Bound>(binding: Binding, id: string, commands: ReadonlyArray<C>): C | undefined {
  return commands.find(({ id: other, keys }) => other !== id && keys !== undefined && areInConflict(binding, keys))
}

const areInConflict = (a: Binding, b: Binding): boolean => a === b || a.startsWith(`${b} `) || b.startsWith(`${a} `)
