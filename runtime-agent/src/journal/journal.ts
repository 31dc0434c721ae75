import { open, rename, rm } from "node:fs/promises"
import type { FileHandle } from "node:fs/promises"
import { dirname } from "node:path"
import type { IncarnationId } from "@muster/domain"
import { Option, Schema } from "effect"
import { hasCode, messageOf } from "#src/errors.ts"
import { type AgentTimings, JOURNAL_COMPACT_MIN_BYTES, JOURNAL_COMPACT_RATIO } from "#src/limits.ts"
import type { Log } from "#src/log.ts"
import { backoff, pause } from "#src/pause.ts"
import { emptyJournal, fold, type JournalState, recordsOf } from "#src/journal/fold.ts"
import { type AnyReport, JournalRecord } from "#src/journal/records.ts"
import { syncDirectory } from "#src/state/atomic-file.ts"

/**
 * The agent's memory on disk: one append-only file of JSON lines.
 *
 * fsync policy: `append` and `report` resolve when the record is on the disk (fdatasync; whatever waits shares one). `note` does
 * not wait, and alone it is not synced: what it records costs nothing but repetition when a power cut loses it.
 */
export interface Journal {
  /** Read it, never change it. */
  readonly state: JournalState
  readonly append: (record: JournalRecord) => Promise<void>
  readonly note: (record: JournalRecord) => void
  /** Gives the report the next number. */
  readonly report: (report: AnyReport) => { readonly seq: number; readonly stored: Promise<void> }
  /** Highest report number that is on the disk: only those may leave. */
  readonly storedSeq: () => number
  /** Why nothing can be written now, if so. Writing is tried again until it works. */
  readonly fault: () => string | undefined
  readonly close: () => Promise<void>
}

export interface JournalOptions {
  readonly path: string
  readonly incarnation: IncarnationId
  readonly timings: Pick<AgentTimings, "retryFirstMillis" | "retryMaxMillis">
  readonly log: Log
}

const decodeRecord = Schema.decodeUnknownOption(Schema.fromJsonString(JournalRecord))
const lineOf = (record: JournalRecord): string => `${JSON.stringify(record)}\n`

const PRIVATE_FILE_MODE = 0o600

const readRecords = async (path: string, log: Log): Promise<readonly JournalRecord[]> => {
  let handle: FileHandle
  try {
    handle = await open(path, "r")
  } catch (error) {
    if (hasCode(error, "ENOENT")) return []
    throw error
  }
  try {
    const records: JournalRecord[] = []
    for await (const line of handle.readLines()) {
      const record = decodeRecord(line)
      if (Option.isSome(record)) records.push(record.value)
      // A crash may tear the last line; what it said was promised to nobody.
      else log.warn({ bytes: line.length }, "a line of the journal can not be read; it is left out")
    }
    return records
  } finally {
    await handle.close()
  }
}

/** The state a journal file holds, or an empty one when it is another incarnation's. */
const recover = async ({ path, incarnation, log }: JournalOptions): Promise<JournalState> => {
  const state = emptyJournal()
  for (const record of await readRecords(path, log)) fold(state, record)
  if (state.incarnation === undefined || state.incarnation === incarnation) return state
  log.warn({ from: state.incarnation, to: incarnation }, "the journal is of an earlier incarnation; it is set aside")
  await rename(path, `${path}.old`)
  return emptyJournal()
}

/** Writes the state as a fresh file beside the old one and puts it in its place. */
const rewrite = async (path: string, state: JournalState, incarnation: IncarnationId) => {
  const temporary = `${path}.tmp`
  await rm(temporary, { force: true })
  const handle = await open(temporary, "ax", PRIVATE_FILE_MODE)
  try {
    const text = recordsOf(state, incarnation).map(lineOf).join("")
    await handle.writeFile(text)
    await handle.sync()
    await rename(temporary, path)
    await syncDirectory(dirname(path))
    return { handle, bytes: Buffer.byteLength(text) }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Opens the journal and folds what it holds. A torn last line is left out. */
export const openJournal = async (options: JournalOptions): Promise<Journal> => {
  const { path, incarnation, timings, log } = options
  const state = await recover(options)
  state.incarnation = incarnation
  let file = await rewrite(path, state, incarnation)
  let liveBytes = file.bytes
  let storedSeq = state.nextSeq - 1
  let fault: string | undefined
  let buffer: string[] = []
  let waiting: (() => void)[] = []
  let isWriting = false
  let written: Promise<void> = Promise.resolve()
  const closing = new AbortController()

  const writeOnce = async (lines: readonly string[], mustSync: boolean): Promise<void> => {
    if (file.bytes > JOURNAL_COMPACT_MIN_BYTES && file.bytes > liveBytes * JOURNAL_COMPACT_RATIO) {
      // The state already holds what these lines say.
      const old = file.handle
      file = await rewrite(path, state, incarnation)
      liveBytes = file.bytes
      await old.close()
      return
    }
    const text = lines.join("")
    try {
      await file.handle.writeFile(text)
      if (mustSync) await file.handle.datasync()
      file.bytes += Buffer.byteLength(text)
    } catch (error) {
      await file.handle.truncate(file.bytes) // half of a line must not precede the next try
      throw error
    }
  }

  const writeBuffer = async (): Promise<void> => {
    const lines = buffer
    const waiters = waiting
    const upTo = state.nextSeq - 1
    buffer = []
    waiting = []
    const retry = backoff(timings.retryFirstMillis, timings.retryMaxMillis)
    for (;;) {
      try {
        await writeOnce(lines, waiters.length > 0)
        break
      } catch (error) {
        fault = `the journal can not be written: ${messageOf(error)}`
        log.error({ err: error }, fault)
        if (closing.signal.aborted) throw error
        await pause(retry.next(), closing.signal)
      }
    }
    fault = undefined
    storedSeq = upTo
    for (const resolve of waiters) resolve()
  }
  const drain = async (): Promise<void> => {
    isWriting = true
    try {
      // What is appended in the same step goes into the same write.
      await Promise.resolve()
      while (buffer.length > 0) await writeBuffer()
    } finally {
      // In the same step in which the buffer was seen empty: whoever adds to it next finds nobody writing.
      isWriting = false
    }
  }
  const kick = (): void => {
    if (isWriting) return
    written = drain()
    // Only closing lets a failure out, and `close` awaits the same promise.
    written.catch((error: unknown) => log.error({ err: error }, "the journal was closed with unwritten lines"))
  }

  const note = (record: JournalRecord): void => {
    fold(state, record)
    buffer.push(lineOf(record))
    kick()
  }
  const append = (record: JournalRecord): Promise<void> => {
    const stored = new Promise<void>((resolve) => waiting.push(resolve))
    note(record)
    return stored
  }
  return {
    state,
    append,
    note,
    report: (report) => {
      const seq = state.nextSeq
      return { seq, stored: append({ k: "report", seq, at: new Date().toISOString(), report }) }
    },
    storedSeq: () => storedSeq,
    fault: () => fault,
    close: async () => {
      closing.abort()
      await written
      await file.handle.close()
    },
  }
}
