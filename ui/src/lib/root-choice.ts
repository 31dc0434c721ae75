import type { Accessor } from "solid-js"
import { asOneOf, createPreference } from "#src/lib/preferences.ts"

export interface RootChoice<A extends string> {
  readonly value: Accessor<A>
  /** Applies a choice at once and remembers it. */
  readonly set: (next: A) => void
}

/**
 * A choice that styles follow: it stands on the root element as `data-<name>`, but for the usual one, which needs no word.
 * `public/theme.js` reads it under the same key before the first paint.
 */
export function createRootChoice<A extends string>(name: string, usual: A, choices: ReadonlyArray<A>): RootChoice<A> {
  const preference = createPreference<A>(name, usual, asOneOf(choices))
  return {
    value: preference.value,
    set: (next) => {
      preference.set(next)
      if (next === usual) delete document.documentElement.dataset[name]
      else document.documentElement.dataset[name] = next
    },
  }
}
