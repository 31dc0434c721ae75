import { OUTPUT_LINE_MAX_CHARS, OUTPUT_LINES_MAX } from "#src/limits.ts"

export interface OutputLine {
  /** Counts up from the first line read; stays with the line. */
  readonly key: number
  readonly text: string
}

export interface OutputLines {
  readonly lines: ReadonlyArray<OutputLine>
  /** The last line has not ended yet: the next text goes on in it. */
  readonly isOpen: boolean
  /** Lines let go of at the beginning because there are too many. */
  readonly dropped: number
}

export const noLines: OutputLines = { lines: [], isOpen: false, dropped: 0 }

// Colours and cursor moves of terminals (ECMA-48 control sequences, OSC titles); shown as text they would only be in the way.
// eslint-disable-next-line no-control-regex
const CONTROL = /\u001B(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[@-Z\\-_])/g
// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/g

const pieces = (line: string): ReadonlyArray<string> =>
  line.length <= OUTPUT_LINE_MAX_CHARS
    ? [line]
    : Array.from({ length: Math.ceil(line.length / OUTPUT_LINE_MAX_CHARS) }, (_, index) =>
        line.slice(index * OUTPUT_LINE_MAX_CHARS, (index + 1) * OUTPUT_LINE_MAX_CHARS),
      )

/** What a terminal would leave of a line: after a carriage return it is written anew. */
const settled = (line: string): string => line.slice(line.replace(/\r+$/, "").lastIndexOf("\r") + 1).replace(/\r+$/, "")

const clean = (text: string): string => settled(text.replaceAll(CONTROL, "")).replaceAll(UNSEEN, "")

/** The lines with more text after them; lines that were there stay the same objects. */
export function appendText(before: OutputLines, text: string): OutputLines {
  if (text === "") return before
  const lines = [...before.lines]
  const parts = text.split("\n")
  const isOpen = parts.at(-1) !== ""
  if (!isOpen) parts.pop()
  for (const [index, part] of parts.entries()) {
    const open = index === 0 && before.isOpen ? lines.pop() : undefined
    for (const piece of pieces(clean((open?.text ?? "") + part)))
      lines.push({ key: (lines.at(-1)?.key ?? before.dropped - 1) + 1, text: piece })
  }
  const excess = Math.max(0, lines.length - OUTPUT_LINES_MAX)
  return { lines: excess === 0 ? lines : lines.slice(excess), isOpen, dropped: before.dropped + excess }
}

/** All of it as text. */
export const textOf = (output: OutputLines): string =>
  output.lines.map((line) => line.text).join("\n") + (output.isOpen || output.lines.length === 0 ? "" : "\n")
