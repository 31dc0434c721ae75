import { en } from "#src/i18n/en.ts"
import { fill } from "#src/i18n/index.ts"
import type { TextKey, TextValues } from "#src/i18n/index.ts"

/** A text before it is said. It can be kept, also beyond a reload, and be said in whatever language the page has then. */
export interface Wording {
  readonly key: TextKey
  readonly values?: Readonly<Record<string, string | number | Wording>>
}

/** What `wording` takes beside a key. */
export type Filling<Key extends TextKey> = [keyof TextValues<Key>] extends [never]
  ? []
  : [values: { readonly [Name in keyof TextValues<Key>]: string | number | Wording }]

/** Names a text and what is filled into it: as `t`, but not said yet. What is filled in may be a text itself. */
export function wording<Key extends TextKey>(key: Key, ...values: Filling<Key>): Wording {
  const [given] = values
  return given === undefined ? { key } : { key, values: given }
}

/** The text in the language of the page. It follows a change of the language as `t` does. */
export function say({ key, values }: Wording): string {
  if (values === undefined) return fill(key, undefined)
  const said = Object.entries(values).map(([name, value]) => [name, typeof value === "object" ? say(value) : value])
  return fill(key, Object.fromEntries(said))
}

/** Whether something that was kept still names texts that there are. */
export function isWording(kept: unknown): kept is Wording {
  if (typeof kept !== "object" || kept === null) return false
  const { key, values = {} } = kept as { readonly key?: unknown; readonly values?: unknown }
  return (
    typeof key === "string" &&
    Object.hasOwn(en, key) &&
    typeof values === "object" &&
    values !== null &&
    Object.values(values).every((value) => ["string", "number"].includes(typeof value) || isWording(value))
  )
}
