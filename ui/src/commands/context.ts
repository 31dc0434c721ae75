import { onCleanup, onMount } from "solid-js"
import type { Accessor } from "solid-js"
import { makeKeyHandler } from "#src/commands/key-handler.ts"
import { createCommandRegistry } from "#src/commands/registry.ts"
import type { Command } from "#src/commands/registry.ts"
import { makeContext } from "#src/lib/context.ts"
import { isApple } from "#src/lib/keys.ts"
import { asBoolean, createPreference } from "#src/lib/preferences.ts"

/** Whether bindings without Control, Command or Alt are on (WCAG 2.1.4 asks for the switch). */
export const singleKeys = createPreference("single-keys", true, asBoolean)

const context = makeContext("useCommandRegistry", () => {
  const registry = createCommandRegistry()
  const handle = makeKeyHandler({ commands: registry.all, singleKeys: singleKeys.value, apple: isApple })
  onMount(() => document.addEventListener("keydown", handle))
  onCleanup(() => document.removeEventListener("keydown", handle))
  return registry
})

export const CommandProvider = context.Provider
export const useCommandRegistry = context.use

/** Offers commands in the palette, on the key sheet and by their keys, as long as the calling component is mounted. */
export function useCommands(commands: Accessor<ReadonlyArray<Command>>): void {
  useCommandRegistry().register(commands)
}
