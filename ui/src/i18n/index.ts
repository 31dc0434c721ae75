import { resolveTemplate } from "@solid-primitives/i18n"
import type { TextKey, en } from "#src/i18n/en.ts"
import { numberText, pluralOf } from "#src/i18n/format.ts"
import { texts } from "#src/i18n/language.ts"

export type { TextKey } from "#src/i18n/en.ts"

type Names<Text extends string> = Text extends `${string}{{ ${infer Name} }}${infer Rest}` ? Name | Names<Rest> : never

/** What a text needs filled in, read from its own template: `t("time.minutes", { n: 4 })` and nothing else compiles. */
export type TextValues<Key extends TextKey> = { readonly [Name in Names<(typeof en)[Key]>]: string | number }

/** Keys of texts that need nothing filled in, for tables that name their words. */
export type PlainTextKey = {
  [Key in TextKey]: [Names<(typeof en)[Key]>] extends [never] ? Key : never
}[TextKey]

type Args<Key extends TextKey> = [Names<(typeof en)[Key]>] extends [never] ? [] : [values: TextValues<Key>]

/**
 * The text of a key in the language of the page, with its values filled in. It follows a change of the language where
 * it is called in JSX or in an accessor; a text that is kept in a constant stays in the language it was made in.
 */
export function t<Key extends TextKey>(key: Key, ...values: Args<Key>): string {
  const [given] = values
  return fill(key, given)
}

/** The same for a text that is known by its key alone, and whose values nothing checks. */
export function fill(key: TextKey, given: object | undefined): string {
  const template: string = texts()[key]
  return given === undefined ? template : (resolveTemplate as (text: string, args: object) => string)(template, given)
}

/** Picks `<stem>.one` or `<stem>.other` by the count, which the text gets as `n`, grouped for reading. */
export function tn(stem: CountedStem, n: number): string {
  return t(`${stem}.${pluralOf(n)}`, { n: numberText(n) })
}

/** Stems of texts that exist in both grammatical numbers. */
export type CountedStem = {
  [Key in TextKey]: Key extends `${infer Stem}.one` ? (`${Stem}.other` extends TextKey ? Stem : never) : never
}[TextKey]
