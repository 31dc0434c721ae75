import { en } from "#src/i18n/en.ts"
import type { Texts } from "#src/i18n/en.ts"

/** How much longer than English a text of another language may be: pages are looked at with this. */
const GROWTH = 1.4
const FILLER = "~"

const PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
const ACCENTED = "åƀçđéƒĝħîĵķļɱñöþǫŕšŧûṽŵẋýžÅƁÇĐÉƑĜĦÎĴĶĻṀÑÖÞǪŔŠŦÛṼŴẊÝŽ"
const ACCENT_OF = new Map(Array.from(PLAIN, (letter, index) => [letter, Array.from(ACCENTED)[index] ?? letter]))

/** What is filled in later and must come through as it is. */
const PLACEHOLDER = /(\{\{ [\w-]+ \}\}|\{\w+\})/

/**
 * A text as another language could have it: accented, so that what does not come out of the dictionary shows, and
 * longer by 40 %, so that what is cut off shows. Vowels are doubled, because long words break lines worse than many words.
 */
export function pseudoText(text: string): string {
  const pieces = text.split(PLACEHOLDER)
  const longer = pieces.map((piece) => (PLACEHOLDER.test(piece) ? piece : accented(piece))).join("")
  const missing = Math.ceil(text.length * GROWTH) - longer.length
  return longer + FILLER.repeat(Math.max(0, missing))
}

const accented = (text: string): string =>
  Array.from(text.replaceAll(/[aeiou]/g, "$&$&"), (letter) => ACCENT_OF.get(letter) ?? letter).join("")

/** Every text of the dashboard, longer and accented. */
export const pseudo = Object.fromEntries(Object.entries(en).map(([key, text]) => [key, pseudoText(text)])) as Texts
