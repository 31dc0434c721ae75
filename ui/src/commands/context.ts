import { createEffect, onCleanup, onMount, untrack } from "solid-js"
import type { Accessor } from "solid-js"
import { changedBindings, withBindings } from "#src/commands/bindings.ts"
import { publishBoundKeys } from "#src/commands/bound-keys.ts"
import { noteCommands } from "#src/commands/catalogue.ts"
import { makeKeyHandler } from "#src/commands/key-handler.ts"
import { createCommandRegistry } from "#src/commands/registry.ts"
import type { EntitySource, OfferedCommand } from "#src/commands/registry.ts"
import { makeContext } from "#src/lib/context.ts"
import { isApple } from "#src/lib/keys.ts"
import { asBoolean, createPreference } from "#src/lib/preferences.ts"

/** Whether bindings without Control, Command or Alt are on (WCAG 2.1.4 asks for the switch). */
export const singleKeys = createPreference("single-keys", true, asBoolean)

const context = makeContext("useCommandRegistry", () => {
  const registry = createCommandRegistry((commands) => withBindings(commands, changedBindings(), isApple))
  const handle = makeKeyHandler({ commands: registry.all, singleKeys: singleKeys.value, apple: isApple })
  publishBoundKeys({ registry, singleKeys: singleKeys.value })
  onMount(() => document.addEventListener("keydown", handle))
  onCleanup(() => document.removeEventListener("keydown", handle))
  createEffect(() => {
    const offered = registry.offered()
    untrack(() => noteCommands(offered))
  })
  return registry
})

export const CommandProvider = context.Provider
export const useCommandRegistry = context.use

/** Offers commands in the palette, on the key sheet and by their keys, as long as the calling component is mounted. */
export function useCommands(commands: Accessor<ReadonlyArray<OfferedCommand>>): void {
  useCommandRegistry().register(commands)
}

/** Lets the palette find teams, tasks or members as long as the calling component is mounted. */
export function usePaletteEntities(source: EntitySource): void {
  useCommandRegistry().registerEntities(source)
}
