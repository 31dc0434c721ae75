import { SUMMARY_TAIL_BYTES, SUMMARY_TAIL_LINES } from "#src/limits.ts"

/** The last bytes of a stream. */
export interface Tail {
  readonly push: (bytes: Uint8Array) => void
  readonly text: () => string
}

export const tail = (maxBytes = SUMMARY_TAIL_BYTES): Tail => {
  let kept = Buffer.alloc(0)
  let hasLost = false
  return {
    push: (bytes) => {
      const joined = bytes.length >= maxBytes ? Buffer.from(bytes) : Buffer.concat([kept, bytes])
      hasLost ||= joined.length > maxBytes
      // A copy: a view would keep the whole chunk alive.
      kept = Buffer.from(joined.subarray(Math.max(0, joined.length - maxBytes)))
    },
    text: () => {
      const text = kept.toString("utf8")
      // What was cut in the middle of a line or of a character is not shown.
      return hasLost ? text.slice(text.indexOf("\n") + 1) : text
    },
  }
}

/** The last lines of an output, without empty ones at its end. */
export const lastLines = (text: string, lines = SUMMARY_TAIL_LINES): string =>
  text.trimEnd().split("\n").slice(-lines).join("\n")
