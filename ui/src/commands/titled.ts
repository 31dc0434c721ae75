import type { TextKey } from "#src/i18n/index.ts"
import { say, wording } from "#src/i18n/wording.ts"
import type { Filling, Wording } from "#src/i18n/wording.ts"

/** What a command is called: as it is said now, and what it is said from. */
export interface Titled {
  readonly title: string
  readonly wording: Wording
}

/** The title of a command by the key of its text: `...titled("panel.next")` where `title: t("panel.next")` would stand. */
export function titled<Key extends TextKey>(key: Key, ...values: Filling<Key>): Titled {
  const own = wording(key, ...values)
  return { title: say(own), wording: own }
}
