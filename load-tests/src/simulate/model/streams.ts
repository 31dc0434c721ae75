import { env } from "../engine/world-clock.ts"

/** Streams as Redis keeps them: what the product's scripts and commands can see of them, and no more. */

export interface StreamId {
  readonly millis: number
  readonly sequence: number
}

export interface StreamEntry {
  readonly id: StreamId
  readonly text: string
  readonly fields: readonly string[]
}

interface Group {
  last: StreamId
  /** Entry → its consumer, in the order of delivery. */
  readonly pending: Map<string, string>
  readonly consumers: Set<string>
}

const NOUGHT: StreamId = { millis: 0, sequence: 0 }

export const isAfter = (a: StreamId, b: StreamId): boolean =>
  a.millis > b.millis || (a.millis === b.millis && a.sequence > b.sequence)

export const parseId = (text: string): StreamId => {
  const [millis, sequence = "0"] = text.split("-")
  return { millis: Number(millis), sequence: Number(sequence) }
}

export const idText = ({ millis, sequence }: StreamId): string => `${millis}-${sequence}`

export type RawEntry = readonly [id: string, fields: readonly string[] | null]

export class Stream {
  readonly kind = "stream"
  readonly entries: StreamEntry[] = []
  readonly groups = new Map<string, Group>()
  /** When it came to be, and what was ever added: for the oracles. */
  readonly bornMillis = env().scheduler.nowMillis
  readonly everAdded = new Set<string>()
  last: StreamId = NOUGHT

  /** The id it was given; undefined when it is not above the last one. */
  add(wanted: string, fields: readonly string[], wallMillis: number): string | undefined {
    const { millis, sequence } = this.last
    const id =
      wanted === "*"
        ? wallMillis > millis
          ? { millis: wallMillis, sequence: 0 }
          : { millis, sequence: sequence + 1 }
        : parseId(wanted)
    if (!isAfter(id, this.last)) return undefined
    this.last = id
    const text = idText(id)
    this.entries.push({ id, text, fields })
    this.everAdded.add(text)
    return text
  }

  find(text: string): StreamEntry | undefined {
    return this.entries.find((entry) => entry.text === text)
  }

  remove(text: string): StreamEntry | undefined {
    const index = this.entries.findIndex((entry) => entry.text === text)
    return index === -1 ? undefined : this.entries.splice(index, 1)[0]
  }

  after(id: StreamId, count: number): readonly StreamEntry[] {
    let from = this.entries.length
    while (from > 0 && isAfter((this.entries[from - 1] as StreamEntry).id, id)) from -= 1
    return this.entries.slice(from, from + count)
  }

  createGroup(name: string): boolean {
    if (this.groups.has(name)) return false
    this.groups.set(name, { last: NOUGHT, pending: new Map(), consumers: new Set() })
    return true
  }

  /** What the group was not given yet; it is the consumer's from now on. */
  deliver(group: string, consumer: string, count: number): readonly RawEntry[] {
    const of = this.groups.get(group)
    if (of === undefined) return []
    of.consumers.add(consumer)
    const entries = this.after(of.last, count)
    for (const { id, text } of entries) {
      of.last = id
      of.pending.set(text, consumer)
    }
    return entries.map(({ text, fields }) => [text, fields])
  }

  /** What the consumer was given and did not acknowledge; without fields where the entry was deleted. */
  history(group: string, consumer: string, count: number): readonly RawEntry[] {
    const of = this.groups.get(group)
    if (of === undefined) return []
    of.consumers.add(consumer)
    const own = [...of.pending].filter(([, owner]) => owner === consumer).slice(0, count)
    return own.map(([text]) => [text, this.find(text)?.fields ?? null])
  }
}
