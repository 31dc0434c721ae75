const words = new Intl.Segmenter(undefined, { granularity: "grapheme" })

/** Two signs that stand for a name: the first of its first two words, or the first two of its only word. */
export function initials(name: string): string {
  const parts = name.split(/[\s._-]+/).filter((part) => part !== "")
  const [first, second] = parts
  if (first === undefined) return "?"
  const signs =
    second === undefined
      ? graphemes(first).slice(0, 2)
      : [...graphemes(first).slice(0, 1), ...graphemes(second).slice(0, 1)]
  return signs.join("").toUpperCase()
}

const graphemes = (text: string): ReadonlyArray<string> => Array.from(words.segment(text), (part) => part.segment)
