/** `*` stands for any run of characters, without backtracking over more than one star at a time. */
export const matchesName = (pattern: string, name: string): boolean => {
  let p = 0
  let n = 0
  let star = -1
  let starName = 0
  while (n < name.length) {
    if (pattern[p] === "*") {
      star = p
      p += 1
      starName = n
    } else if (p < pattern.length && pattern[p] === name[n]) {
      p += 1
      n += 1
    } else if (star >= 0) {
      p = star + 1
      starName += 1
      n = starName
    } else return false
  }
  while (pattern[p] === "*") p += 1
  return p === pattern.length
}

/** How far into each pattern a path has come: pairs of pattern and segment. Walked along with the folders. */
export interface Matching {
  readonly enter: (name: string) => Matching
  /** The path so far is a whole match. */
  readonly isMatch: boolean
  /** Something below the path may match. */
  readonly mayGoOn: boolean
}

const matching = (patterns: readonly (readonly string[])[], places: ReadonlySet<string>): Matching => {
  const at = [...places].map((place) => place.split(":").map(Number) as [number, number])
  return {
    isMatch: at.some(([p, s]) => s === patterns[p]?.length),
    mayGoOn: at.some(([p, s]) => s < (patterns[p]?.length ?? 0)),
    enter: (name) => {
      const next = new Set<string>()
      for (const [p, s] of at) {
        const segment = patterns[p]?.[s]
        if (segment === undefined) continue
        if (segment === "**") arrive(patterns, next, p, s)
        else if (matchesName(segment, name)) arrive(patterns, next, p, s + 1)
      }
      return matching(patterns, next)
    },
  }
}

/** Being before a `**` is also being behind it: it may stand for no folder at all. */
const arrive = (patterns: readonly (readonly string[])[], places: Set<string>, p: number, s: number): void => {
  places.add(`${p}:${s}`)
  if (patterns[p]?.[s] === "**") arrive(patterns, places, p, s + 1)
}

/** True for a pattern that stays inside the working directory. */
export const isInside = (pattern: string): boolean =>
  !pattern.startsWith("/") && pattern.split("/").every((part) => part !== "" && part !== "." && part !== "..")

/** Patterns of files: `*` within a name, `**` over any number of folders. Everything else is taken literally. */
export const compilePatterns = (patterns: readonly string[]): Matching => {
  const split = patterns.map((pattern) => pattern.split("/"))
  const places = new Set<string>()
  for (const p of split.keys()) arrive(split, places, p, 0)
  return matching(split, places)
}
