import { createSignal, onCleanup } from "solid-js"
import type { Accessor } from "solid-js"
import type { CommandRegistry } from "#src/commands/registry.ts"
import { isSingleKey } from "#src/lib/keys.ts"
import type { Binding } from "#src/lib/keys.ts"

interface Source {
  readonly registry: CommandRegistry
  readonly singleKeys: Accessor<boolean>
}

const [source, setSource] = createSignal<Source>()

/** Lets buttons show the keys that this registry answers to, as long as the calling owner lives. */
export function publishBoundKeys(next: Source): void {
  setSource(next)
  onCleanup(() => setSource((current) => (current === next ? undefined : current)))
}

/**
 * The keys that do now what a button came with: buttons name the keys of their command as it was written, and show the
 * ones the person gave it. Undefined where it has none any more, or where single-letter keys are switched off. Keys
 * that no mounted command has are answered by the part itself and stay as they are.
 */
export function boundKeys(written: Binding): Binding | undefined {
  const now = source()
  const command = now?.registry.offered().findLast((each) => each.keys === written)
  if (now === undefined || command === undefined) return written
  const keys = now.registry.all().find((each) => each.id === command.id)?.keys
  return keys !== undefined && isSingleKey(keys) && !now.singleKeys() ? undefined : keys
}
