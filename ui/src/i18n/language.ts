import { createSignal } from "solid-js"
import { en } from "#src/i18n/en.ts"
import type { Texts } from "#src/i18n/en.ts"
import { asOneOf, createPreference } from "#src/lib/preferences.ts"

/** The languages a person can choose. Each is named in itself in the dictionary (`language.<tag>`). */
export const LANGUAGES = ["en", "zh"] as const
export type Language = (typeof LANGUAGES)[number]

/** `pseudo` is English made longer and accented, for tests and for looking at a page; only the address asks for it. */
export type Shown = Language | "pseudo"

/** What a language is called in `lang` attributes and to `Intl` where the browser prefers no regional variant. */
const TAGS: Readonly<Record<Shown, string>> = { en: "en", zh: "zh-Hans", pseudo: "en-XA" }

/** Each dictionary beyond the first is a chunk of its own. */
const DICTIONARIES: Readonly<Record<Shown, () => Promise<Texts>>> = {
  en: () => Promise.resolve(en),
  zh: async () => (await import("#src/i18n/zh.ts")).zh,
  pseudo: async () => (await import("#src/i18n/pseudo.ts")).pseudo,
}

/** The stored choice. `public/theme.js` reads the same key before the first paint. */
/** Reads a choice out of storage. */
export const asLanguageChoice = asOneOf(["browser", ...LANGUAGES])

const preference = createPreference<Language | "browser">("language", "browser", asLanguageChoice)

const [state, setState] = createSignal<{ readonly shown: Shown; readonly texts: Texts }>({ shown: "en", texts: en })
const [missing, setMissing] = createSignal<Shown>()
let lastWanted: Shown = "en"

/** The language the page is in now. */
export const language = (): Shown => state().shown

/** The dictionary of that language. */
export const texts = (): Texts => state().texts

/** The language whose texts could not be loaded; the page stays in the one it had. */
export const missingLanguage = missing

/**
 * The tag for `Intl`: the variant of the language that the browser prefers (en-GB), else the language itself.
 * Reactive, as texts are.
 */
export const locale = (): string => localeOf(language(), navigator.languages)

/** @param preferred tags of the browser, the dearest first */
export function localeOf(shown: Shown, preferred: ReadonlyArray<string>): string {
  if (shown === "pseudo") return "en"
  return preferred.find((tag) => baseOf(tag) === shown) ?? TAGS[shown]
}

/** The first language the browser prefers among those there are, else English. */
export function browserLanguage(preferred: ReadonlyArray<string>): Language {
  const known = preferred.map(baseOf).find((base) => LANGUAGES.some((each) => each === base))
  return asOneOf(LANGUAGES)(known) ?? "en"
}

const baseOf = (tag: string): string => tag.toLowerCase().split("-")[0] ?? ""

/** The language that the address asks for this visit (`?lang=`), else the chosen one, else the browser's. */
export function wantedLanguage(search: string): Shown {
  const asked = asOneOf([...LANGUAGES, "pseudo"])(new URLSearchParams(search).get("lang"))
  const chosen = preference.value()
  return asked ?? (chosen === "browser" ? browserLanguage(navigator.languages) : chosen)
}

/** Puts the page into a language. When its texts cannot be loaded, the page keeps its language and `missingLanguage` tells. */
export async function showLanguage(wanted: Shown): Promise<void> {
  lastWanted = wanted
  const loaded = await DICTIONARIES[wanted]().catch(() => undefined)
  // Somebody who chooses twice gets the second, whichever dictionary comes first.
  if (lastWanted !== wanted) return
  if (loaded === undefined) {
    setMissing(wanted)
    return
  }
  setMissing(undefined)
  setState({ shown: wanted, texts: loaded })
  document.documentElement.lang = TAGS[wanted]
}

/** What the person chose: a language, or to follow the browser. */
export const chosenLanguage = preference.value

/** Puts the page into a language at once, without a reload, and remembers the choice. */
export async function chooseLanguage(next: Language | "browser"): Promise<void> {
  preference.set(next)
  await showLanguage(next === "browser" ? browserLanguage(navigator.languages) : next)
}
