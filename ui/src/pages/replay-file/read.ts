import { EXPORT_FORMAT, EXPORT_VERSION, ExportLine } from "@muster/contracts"
import type { FeedEvent, TeamView } from "@muster/contracts"
import { Schema } from "effect"
import { REPLAY_FILE_MAX_BYTES, REPLAY_FILE_MAX_EVENTS } from "#src/limits.ts"

/** An exported history that was read whole. */
export interface HistoryFile {
  readonly teamId: string
  readonly teamName: string
  readonly exportedAt: string
  /** The team before the first event. */
  readonly base: TeamView
  /** Without a gap, oldest first. */
  readonly events: ReadonlyArray<FeedEvent>
}

/** Why a file cannot be replayed. */
export type Flaw = "foreign" | "newer" | "selection" | "garbage" | "gap" | "truncated" | "empty" | "too-large"

export class UnusableFile extends Error {
  readonly _tag = "UnusableFile"
  readonly flaw: Flaw
  /** The line that is wrong, counted from 1; 0 when it is no single one. */
  readonly line: number
  constructor(flaw: Flaw, line = 0) {
    super(`the file cannot be replayed: ${flaw}`)
    this.flaw = flaw
    this.line = line
  }
}

const decode = Schema.decodeUnknownResult(ExportLine)

function jsonOf(text: string, line: number): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) throw new UnusableFile(line === 1 ? "foreign" : "garbage", line)
    throw error
  }
}

/** The first line decides whether it is ours at all, and whether this version can read it. */
function checkHead(value: unknown): void {
  const head = (typeof value === "object" && value !== null ? value : {}) as { format?: unknown; version?: unknown }
  if (head.format !== EXPORT_FORMAT) throw new UnusableFile("foreign", 1)
  if (typeof head.version !== "number" || head.version > EXPORT_VERSION) throw new UnusableFile("newer", 1)
}

interface Found {
  head: Extract<ExportLine, { readonly line: "head" }> | undefined
  base: TeamView | undefined
  events: Array<FeedEvent>
  isEnded: boolean
}

function take(found: Found, text: string, line: number): void {
  const value = jsonOf(text, line)
  if (line === 1) checkHead(value)
  const decoded = decode(value)
  if (decoded._tag === "Failure" || found.isEnded) throw new UnusableFile("garbage", line)
  const entry = decoded.success
  switch (entry.line) {
    case "head":
      if (found.head !== undefined) throw new UnusableFile("garbage", line)
      if (!entry.isWhole) throw new UnusableFile("selection", line)
      found.head = entry
      return
    case "state":
      found.base = entry.state
      return
    case "event": {
      const before = found.events.at(-1)?.seq ?? found.base?.seq
      if (before === undefined || entry.event.seq !== before + 1) throw new UnusableFile("gap", line)
      if (found.events.length >= REPLAY_FILE_MAX_EVENTS) throw new UnusableFile("too-large", line)
      found.events.push(entry.event)
      return
    }
    case "end":
      if (entry.events !== found.events.length) throw new UnusableFile("gap", line)
      found.isEnded = true
      return
    default:
      return entry satisfies never
  }
}

/**
 * Reads an exported history line by line, never more of it in memory than has to be. Fails with UnusableFile.
 * @param onProgress told how many bytes were read
 */
export async function readHistoryFile(file: Blob, onProgress: (bytes: number) => void): Promise<HistoryFile> {
  if (file.size > REPLAY_FILE_MAX_BYTES) throw new UnusableFile("too-large")
  const found: Found = { head: undefined, base: undefined, events: [], isEnded: false }
  const reader = file.stream().getReader()
  const decoder = new TextDecoder()
  let rest = ""
  let line = 0
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    rest += done ? decoder.decode() : decoder.decode(value, { stream: true })
    const lines = rest.split("\n")
    rest = lines.pop() ?? ""
    for (const text of lines) {
      line += 1
      if (text.trim() !== "") take(found, text, line)
    }
    if (done) break
    bytes += value.byteLength
    onProgress(bytes)
  }
  if (rest.trim() !== "") {
    if (line === 0) checkHead(jsonOf(rest, 1))
    throw new UnusableFile("truncated", line + 1)
  }
  const { head, base, events, isEnded } = found
  if (head === undefined) throw new UnusableFile("foreign", 1)
  if (base === undefined || !isEnded) throw new UnusableFile("truncated", line)
  if (events.length === 0) throw new UnusableFile("empty")
  return { teamId: head.teamId, teamName: head.teamName, exportedAt: head.exportedAt, base, events }
}
