import { storable } from "#src/work/storable.ts"

/** Texts for the record: without what can not be stored, and marked where they were cut. */
export const cutTo = (text: string, maxChars: number): string => {
  const clean = storable(text, Number.MAX_SAFE_INTEGER)
  if (clean.length <= maxChars) return clean
  const mark = `\n… (${clean.length} characters in all)`
  return storable(clean, maxChars - mark.length) + mark
}

export const firstLine = (text: string): string =>
  text
    .split("\n")
    .map((line) => line.trim())
    .find((line) => line !== "") ?? ""

/** A value as an agent gave it, exactly. */
export const shown = (value: unknown): string =>
  typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "")
