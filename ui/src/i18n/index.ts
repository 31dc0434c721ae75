import { resolveTemplate } from "@solid-primitives/i18n"
import { en } from "#src/i18n/en.ts"

/** Every text of the dashboard has one of these keys. */
export type TextKey = keyof typeof en

type Names<Text extends string> = Text extends `${string}{{ ${infer Name} }}${infer Rest}` ? Name | Names<Rest> : never

/** What a text needs filled in, read from its own template: `t("time.minutes", { n: 4 })` and nothing else compiles. */
export type TextValues<Key extends TextKey> = { readonly [Name in Names<(typeof en)[Key]>]: string | number }

/** Keys of texts that need nothing filled in, for tables that name their words. */
export type PlainTextKey = {
  [Key in TextKey]: [Names<(typeof en)[Key]>] extends [never] ? Key : never
}[TextKey]

type Args<Key extends TextKey> = [Names<(typeof en)[Key]>] extends [never] ? [] : [values: TextValues<Key>]

/** The text of a key, with its values filled in. */
export function t<Key extends TextKey>(key: Key, ...values: Args<Key>): string {
  const template: string = en[key]
  const [given] = values
  return given === undefined ? template : (resolveTemplate as (text: string, args: object) => string)(template, given)
}

const plural = new Intl.PluralRules("en")

/** Picks `<stem>.one` or `<stem>.other` by the count, which the text gets as `n`. */
export function tn(stem: CountedStem, n: number): string {
  return t(`${stem}.${plural.select(n) === "one" ? "one" : "other"}`, { n })
}

/** Stems of texts that exist in both grammatical numbers. */
export type CountedStem = {
  [Key in TextKey]: Key extends `${infer Stem}.one` ? (`${Stem}.other` extends TextKey ? Stem : never) : never
}[TextKey]
