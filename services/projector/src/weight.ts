/** What a value of another kind than text counts, in characters of its JSON. */
const SMALL = 8

/** About how long the JSON of a value is, in characters: cheap, so that stretches of the log can be bounded by it. */
export const weightOf = (value: unknown): number => {
  if (typeof value === "string") return value.length
  if (typeof value !== "object" || value === null) return SMALL
  let weight = SMALL
  for (const key in value) weight += SMALL + weightOf((value as Record<string, unknown>)[key])
  return weight
}
