import { conflictOf, isReserved } from "#src/commands/bindings.ts"
import type { Bindings, Bound } from "#src/commands/bindings.ts"
import { titleOf } from "#src/commands/catalogue.ts"
import type { KnownCommand } from "#src/commands/catalogue.ts"
import type { Command, CommandGroup } from "#src/commands/registry.ts"
import { bindingHere } from "#src/lib/keys.ts"
import type { Binding } from "#src/lib/keys.ts"
import { BINDING_PRESSES } from "#src/limits.ts"

/** A command as the page of keys shows it. */
export interface KeyRow extends Bound {
  readonly id: string
  readonly title: string
  readonly group: CommandGroup
  /** The keys it has now. */
  readonly keys: Binding | undefined
  readonly isChanged: boolean
}

/** The groups in the order of the page. */
export const GROUPS: ReadonlyArray<CommandGroup> = ["go", "act", "view", "help"]

/**
 * Every command that was ever seen, by group, with the keys it has now, in the language of the page. What is mounted
 * knows its title best.
 */
export function keyRows(
  known: ReadonlyArray<KnownCommand>,
  offered: ReadonlyArray<Command>,
  changed: Bindings,
  apple: boolean,
): ReadonlyArray<KeyRow> {
  const byId = new Map<string, KnownCommand>(known.map((each) => [each.id, each]))
  for (const command of offered) byId.set(command.id, command)
  return [...byId.values()]
    .map((command) => {
      const { id, group, keys: own } = command
      const keys = changed[id] === undefined ? own : (changed[id] ?? undefined)
      return {
        id,
        title: titleOf(command),
        group,
        keys: keys === undefined ? undefined : bindingHere(keys, apple),
        isChanged: changed[id] !== undefined,
      }
    })
    .toSorted((a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group))
}

/** What a press means while new keys are being given. */
export type RecordingStep =
  | { readonly kind: "recorded"; readonly presses: ReadonlyArray<string> }
  | { readonly kind: "accepted" | "left" }

/** Enter accepts, Escape leaves, Backspace takes the last press back; anything else is recorded, the oldest gives way. */
export function recordPress(presses: ReadonlyArray<string>, press: string): RecordingStep {
  if (press === "escape") return { kind: "left" }
  if (press === "enter" && presses.length > 0) return { kind: "accepted" }
  if (press === "backspace") return { kind: "recorded", presses: presses.slice(0, -1) }
  return { kind: "recorded", presses: [...presses, press].slice(-BINDING_PRESSES) }
}

/** What stands in the way of a binding, if anything: keys that cannot be had, or a command that has them. */
export type Obstacle = { readonly kind: "reserved" } | { readonly kind: "taken"; readonly by: KeyRow }

export function obstacleTo(binding: Binding, id: string, rows: ReadonlyArray<KeyRow>): Obstacle | undefined {
  if (isReserved(binding)) return { kind: "reserved" }
  const by = conflictOf(binding, id, rows)
  return by === undefined ? undefined : { kind: "taken", by }
}
