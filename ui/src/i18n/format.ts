import { locale } from "#src/i18n/language.ts"

/** A formatter that follows the language of the page: made when first asked for, and again after a change. */
export function perLocale<Formatter>(make: (locale: string) => Formatter): () => Formatter {
  let made: { readonly locale: string; readonly formatter: Formatter } | undefined
  return () => {
    const now = locale()
    if (made?.locale !== now) made = { locale: now, formatter: make(now) }
    return made.formatter
  }
}

const numbers = perLocale((tag) => new Intl.NumberFormat(tag))
const plurals = perLocale((tag) => new Intl.PluralRules(tag))
const lists = perLocale((tag) => new Intl.ListFormat(tag, { style: "narrow", type: "conjunction" }))

/** A number grouped for reading, in the way of the language of the page. */
export const numberText = (value: number | bigint): string => numbers().format(value)

/** Which of the two forms a dictionary has fits a count. */
export const pluralOf = (n: number): "one" | "other" => (plurals().select(n) === "one" ? "one" : "other")

/** Names one after the other, parted as the language parts them. */
export const listText = (items: ReadonlyArray<string>): string => lists().format(items)
