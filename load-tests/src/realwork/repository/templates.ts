/** Text of one small function with what it must answer, from which the modules and the tests of the repository are written. */
export interface Template {
  readonly name: string
  /** Source of the exported function; `n` is the module's own constant. */
  readonly source: (n: number) => string
  /** Calls and what they give, as source text. */
  readonly cases: (n: number) => readonly (readonly [call: string, gives: string])[]
}

const repeat = (text: string, times: number) => JSON.stringify(text.repeat(times))

export const templates: readonly Template[] = [
  {
    name: "clamp",
    source: (n) => `/** Keeps a number between 0 and ${n}. */
export const clamp = (value) => Math.min(Math.max(value, 0), ${n})`,
    cases: (n) => [
      [`clamp(${n + 5})`, String(n)],
      ["clamp(-3)", "0"],
      ["clamp(1)", "1"],
    ],
  },
  {
    name: "chunk",
    source: (n) => `/** Cuts a list into pieces of at most ${n} entries. */
export const chunk = (list) => {
  const pieces = []
  for (let first = 0; first < list.length; first += ${n}) pieces.push(list.slice(first, first + ${n}))
  return pieces
}`,
    cases: (n) => [
      ["chunk([])", "[]"],
      [`chunk(Array.from({ length: ${n + 1} }, (_, i) => i)).length`, "2"],
    ],
  },
  {
    name: "unique",
    source: () => `/** Drops what was there before; keeps the order. */
export const unique = (list) => [...new Set(list)]`,
    cases: () => [
      ["unique([3, 1, 3, 2, 1])", "[3, 1, 2]"],
      ["unique([])", "[]"],
    ],
  },
  {
    name: "slug",
    source: () => `/** Name as it stands in an address: small letters, digits and dashes. */
export const slug = (name) =>
  name
    .normalize("NFKD")
    .replace(/\\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")`,
    cases: () => [
      ['slug("Grüße aus Köln!")', '"gru-e-aus-koln"'],
      ['slug("  A  b ")', '"a-b"'],
    ],
  },
  {
    name: "total",
    source: () => `/** Sum of a list of numbers. */
export const total = (list) => list.reduce((sum, value) => sum + value, 0)`,
    cases: (n) => [
      [`total([1, 2, ${n}])`, String(n + 3)],
      ["total([])", "0"],
    ],
  },
  {
    name: "median",
    source: () => `/** Middle of a list of numbers; of two middles their mean. */
export const median = (list) => {
  const sorted = list.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}`,
    cases: (n) => [
      [`median([${n}, 1, 2])`, "2"],
      ["median([4, 1, 2, 3])", "2.5"],
    ],
  },
  {
    name: "divisor",
    source: () => `/** Greatest common divisor (Euclid). */
export const divisor = (a, b) => (b === 0 ? a : divisor(b, a % b))`,
    cases: (n) => [
      [`divisor(${n * 12}, ${n * 18})`, String(n * 6)],
      ["divisor(7, 13)", "1"],
    ],
  },
  {
    name: "roman",
    source:
      () => `const LETTERS = [[1000, "M"], [900, "CM"], [500, "D"], [400, "CD"], [100, "C"], [90, "XC"], [50, "L"], [40, "XL"], [10, "X"], [9, "IX"], [5, "V"], [4, "IV"], [1, "I"]]
/** A number from 1 to 3999 in Roman letters. */
export const roman = (number) => {
  let left = number
  let text = ""
  for (const [value, letters] of LETTERS)
    for (; left >= value; left -= value) text += letters
  return text
}`,
    cases: () => [
      ["roman(1994)", '"MCMXCIV"'],
      ["roman(2026)", '"MMXXVI"'],
    ],
  },
  {
    name: "distance",
    source: () => `/** Edits between two words (Levenshtein). */
export const distance = (a, b) => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]
}`,
    cases: () => [
      ['distance("kitten", "sitting")', "3"],
      ['distance("", "abc")', "3"],
    ],
  },
  {
    name: "pad",
    source: (n) => `/** Fills a number up with zeros to ${n} digits. */
export const pad = (number) => String(number).padStart(${n}, "0")`,
    cases: (n) => [
      ["pad(0)", repeat("0", n)],
      [`pad(7).length`, String(n)],
    ],
  },
  {
    name: "words",
    source: () => `/** Words of a text, as letters and digits in any script go together. */
export const words = (text) => text.match(/[\\p{L}\\p{N}]+/gu) ?? []`,
    cases: () => [
      ['words("one, two; drei").length', "3"],
      ['words("…")', "[]"],
    ],
  },
  {
    name: "luhn",
    source: () => `/** Whether the last digit is the right check digit (ISO/IEC 7812-1). */
export const luhn = (digits) =>
  [...digits].toReversed().reduce((sum, digit, i) => {
    const value = Number(digit) * (i % 2 === 1 ? 2 : 1)
    return sum + (value > 9 ? value - 9 : value)
  }, 0) % 10 === 0`,
    cases: () => [
      ['luhn("79927398713")', "true"],
      ['luhn("79927398710")', "false"],
    ],
  },
]
