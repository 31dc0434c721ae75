import { ATTACHMENT_NAME_MAX_CHARS } from "#src/limits.ts"
import { isStorableText } from "#src/text.ts"

/** Controls, path separators, and the signs that turn the direction of a line: a program must not pass for a picture. */
const UNFIT = /[\p{Cc}/\\\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u
const UNFIT_RUNS = new RegExp(`${UNFIT.source}+`, "gu")

/** True for the name of one file that may be shown and stored as it is. */
export const isFileName = (name: string): boolean =>
  name.trim() !== "" && name !== "." && name !== ".." && !UNFIT.test(name) && isStorableText(name)

const NAMELESS = "file"
/** An ending that is kept when the name is cut. */
const ENDING_MAX_CHARS = 16

/** Any text as the name of a file, as near to it as may be; what stands before the last separator was a path and goes. */
export const fileNameOf = (text: string): string => {
  const last = text.toWellFormed().split(/[/\\]/u).at(-1) ?? ""
  const clean = last.replaceAll(UNFIT_RUNS, "_").trim()
  if (!isFileName(clean)) return NAMELESS
  if (clean.length <= ATTACHMENT_NAME_MAX_CHARS) return clean
  const dot = clean.lastIndexOf(".")
  const ending = dot > 0 && clean.length - dot <= ENDING_MAX_CHARS ? clean.slice(dot) : ""
  return clean.slice(0, ATTACHMENT_NAME_MAX_CHARS - ending.length).toWellFormed() + ending
}
