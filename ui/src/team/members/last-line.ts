import { OUTPUT_LINE_MAX_CHARS } from "#src/limits.ts"

// eslint-disable-next-line no-control-regex -- colours of a terminal are what is taken out
const ANSI = /\u001b\[[0-9;?]*[ -/]*[@-~]/g

/** The last line with words in it of the end of an output; "" when there is none. Colours of a terminal are left out. */
export function lastLine(bytes: Uint8Array): string {
  const lines = new TextDecoder()
    .decode(bytes)
    .replaceAll(ANSI, "")
    .split(/\r?\n|\r/)
  const line = lines.findLast((each) => each.trim() !== "") ?? ""
  return line.trim().slice(0, OUTPUT_LINE_MAX_CHARS)
}
