import type { Readable } from "node:stream"

const KEPT_LINES = 40

/** Splits what a child prints into lines, hands each on and keeps the last ones for an error text. */
export const followOutput = (
  streams: readonly (Readable | null)[],
  onLine: (line: string) => void,
): { readonly tail: () => string } => {
  const kept: string[] = []
  for (const stream of streams) {
    if (stream === null) continue
    let rest = ""
    stream.setEncoding("utf8")
    stream.on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n")
      rest = lines.pop() ?? ""
      for (const line of lines) {
        kept.push(line)
        if (kept.length > KEPT_LINES) kept.shift()
        onLine(line)
      }
    })
  }
  return { tail: () => kept.join("\n") }
}
