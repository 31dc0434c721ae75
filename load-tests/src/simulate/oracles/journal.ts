import { EPOCH_MILLIS } from "../engine/scheduler.ts"
import { theDisk } from "../model/disk.ts"

/** What an agent's own record says, read by rules of our own. */
export interface JournalRecord {
  /** Report number → when it was made. */
  readonly unacked: ReadonlyMap<number, number>
  /** Assignments it has ever taken, as far as it remembers. */
  readonly taken: ReadonlySet<string>
  /** Assignments that it still works on or delivers. */
  readonly open: ReadonlySet<string>
}

interface Line {
  readonly k: string
  readonly assignmentId?: string
  readonly seq?: number
  readonly seqs?: readonly number[]
  readonly at?: string
  readonly report?: { readonly kind: string; readonly assignmentId?: string }
}

const ENDINGS = new Set(["succeeded", "failed", "cancelled", "lost", "refused"])

const parse = (text: string): Line | undefined => {
  try {
    return JSON.parse(text) as Line
  } catch (error) {
    // A power cut may tear the last line.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

const known = new WeakMap<object, JournalRecord>()
const NOTHING: JournalRecord = { unacked: new Map(), taken: new Set(), open: new Set() }

/** Reads the journal in a folder as it is now. */
export const journalOf = (folder: string): JournalRecord => {
  const bytes = theDisk().files.get(`${folder}/journal.ndjson`)?.bytes
  if (bytes === undefined) return NOTHING
  // Every write makes new bytes.
  const record = known.get(bytes) ?? read(bytes.toString("utf8"))
  known.set(bytes, record)
  return record
}

const read = (journal: string): JournalRecord => {
  const unacked = new Map<number, number>()
  const taken = new Set<string>()
  const open = new Set<string>()
  for (const text of journal.split("\n")) {
    const line = text === "" ? undefined : parse(text)
    if (line === undefined) continue
    const { k, assignmentId = "", seq, seqs = [], at, report } = line
    if (k === "taken") open.add(assignmentId)
    if (k === "taken" || k === "ended") taken.add(assignmentId)
    if (k === "ended") open.delete(assignmentId)
    if (k === "acked") for (const one of seqs) unacked.delete(one)
    if (k === "report" && seq !== undefined && report !== undefined) {
      unacked.set(seq, Date.parse(at ?? "") - EPOCH_MILLIS)
      if (ENDINGS.has(report.kind)) open.delete(report.assignmentId ?? "")
    }
  }
  return { unacked, taken, open }
}
