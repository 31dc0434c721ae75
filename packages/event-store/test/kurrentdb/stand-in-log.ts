/** A record of the stand-in's log, as a server would keep it. Revisions count from 0 here. */
export interface LogRecord {
  readonly position: bigint
  readonly stream: string
  readonly revision: number
  readonly id: string
  readonly type: string
  readonly contentType: string
  readonly data: Uint8Array
  readonly metadata: Uint8Array
  /** Milliseconds since 1970. */
  readonly createdMillis: number
}

export type Proposed = Pick<LogRecord, "id" | "type" | "contentType" | "data" | "metadata">

/** "any", "no stream", "stream exists" or the revision of the last event. */
export type Expected = "any" | "none" | "exists" | number

export type Appended =
  | { readonly ok: true; readonly revision: number; readonly position: bigint }
  /** -1 = there is no such stream. */
  | { readonly ok: false; readonly current: number }

const RECORD_HEADER_BYTES = 137
/** So many records of the server's own stand between those of others. */
const APPENDS_PER_STATISTICS = 5

/** The index of the first record at or behind a position. */
const indexFrom = (records: readonly LogRecord[], position: bigint): number => {
  let low = 0
  let high = records.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((records[middle]?.position ?? position) < position) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * The log of a server: one sequence of records, each at its byte address; streams are cuts through it. It has the server's habits:
 * records of its own between ours, addresses with gaps, and idempotent appends: the very events already standing at the expected
 * place are answered with success.
 */
export const makeLog = ({ isIdempotent = true }: { readonly isIdempotent?: boolean } = {}) => {
  const records: LogRecord[] = []
  const streams = new Map<string, LogRecord[]>()
  const followers = new Set<(record: LogRecord) => void>()
  // A server's log begins with a record that is no event.
  let end = BigInt(RECORD_HEADER_BYTES)
  let appends = 0

  const write = (stream: string, event: Proposed): LogRecord => {
    const inStream = streams.get(stream) ?? []
    const record = { ...event, stream, revision: inStream.length, position: end, createdMillis: Date.now() }
    end += BigInt(RECORD_HEADER_BYTES + event.data.length + event.metadata.length)
    inStream.push(record)
    streams.set(stream, inStream)
    records.push(record)
    for (const follower of followers) follower(record)
    return record
  }

  const writeStatistics = (): void => {
    const data = Buffer.from('{"proc-cpu":1}')
    const id = "00000000-0000-4000-8000-000000000000"
    write("$stats-127.0.0.1:2113", {
      id,
      type: "$statsCollected",
      contentType: "application/json",
      data,
      metadata: new Uint8Array(),
    })
  }

  /** The records that stand behind a revision and are these very events. */
  const sameAfter = (
    stream: string,
    revision: number,
    events: readonly Proposed[],
  ): readonly LogRecord[] | undefined => {
    const there = (streams.get(stream) ?? []).slice(revision + 1, revision + 1 + events.length)
    return there.length === events.length && there.every(({ id }, index) => id === events[index]?.id)
      ? there
      : undefined
  }

  return {
    append: (stream: string, expected: Expected, events: readonly Proposed[]): Appended => {
      const current = (streams.get(stream)?.length ?? 0) - 1
      const wanted = expected === "none" ? -1 : expected
      const isThere = wanted === "any" || (wanted === "exists" ? current >= 0 : wanted === current)
      if (!isThere) {
        const same = isIdempotent && typeof wanted === "number" ? sameAfter(stream, wanted, events) : undefined
        const last = same?.at(-1)
        return last === undefined
          ? { ok: false, current }
          : { ok: true, revision: last.revision, position: last.position }
      }
      appends += 1
      if (appends % APPENDS_PER_STATISTICS === 0) writeStatistics()
      let last: LogRecord | undefined
      for (const event of events) last = write(stream, event)
      return { ok: true, revision: last?.revision ?? current, position: last?.position ?? end }
    },
    /** Undefined: there is no such stream. */
    readStream: (stream: string, from: number | "end", isBackwards: boolean, count: number) => {
      const all = streams.get(stream)
      if (all === undefined) return undefined
      const start = from === "end" ? all.length - 1 : from
      return isBackwards
        ? all
            .slice(0, start + 1)
            .toReversed()
            .slice(0, count)
        : all.slice(start, start + count)
    },
    /** Forwards from a position the record there is the first; backwards it is the first that is left out. */
    readAll: (from: bigint | "start" | "end", isBackwards: boolean, count: number): readonly LogRecord[] => {
      const index = from === "start" ? 0 : from === "end" ? records.length : indexFrom(records, from)
      return isBackwards
        ? records.slice(Math.max(0, index - count), index).toReversed()
        : records.slice(index, index + count)
    },
    /** Whether a record begins at a position: a server cannot read from anywhere else. */
    hasRecordAt: (position: bigint): boolean => records[indexFrom(records, position)]?.position === position,
    follow: (follower: (record: LogRecord) => void): (() => void) => {
      followers.add(follower)
      return () => void followers.delete(follower)
    },
    /** Writes as somebody who is not this product would. */
    writeForeign: (stream: string): void => {
      const data = Buffer.from("{}")
      write(stream, { id: "f", type: "Foreign", contentType: "application/json", data, metadata: new Uint8Array() })
    },
    writeStatistics,
    size: () => records.length,
  }
}
export type StandInLog = ReturnType<typeof makeLog>
