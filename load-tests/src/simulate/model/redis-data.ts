import { wallMillis } from "../engine/globals.ts"
import { parseId, Stream, type RawEntry } from "./streams.ts"

/** An error that the server answers with. The client library's own errors carry this name. */
export class ReplyError extends Error {
  override readonly name = "ReplyError"
}

interface Text {
  readonly kind: "text"
  readonly value: string
  readonly untilMillis: number
}

export interface StreamRead {
  readonly count: number
  readonly streams: readonly (readonly [key: string, from: string])[]
  readonly group: string | undefined
  readonly consumer: string
  readonly blockMillis: number | undefined
}

export type StreamsReply = readonly (readonly [key: string, entries: readonly RawEntry[]])[] | null

/** Keys and values of the server, and what is wrong with its memory. */
export class RedisData {
  readonly #keys = new Map<string, Stream | Text>()
  readonly users = new Set<string>()
  /** Nothing can be added: maxmemory is reached. */
  isFull = false

  stream(key: string): Stream | undefined {
    const found = this.#keys.get(key)
    return found?.kind === "stream" ? found : undefined
  }

  text(key: string): string | undefined {
    const found = this.#keys.get(key)
    return found?.kind === "text" && found.untilMillis > wallMillis() ? found.value : undefined
  }

  /** Refuses what needs memory when there is none. */
  claim(): void {
    if (this.isFull) throw new ReplyError("OOM command not allowed when used memory > 'maxmemory'.")
  }

  /** The stream, which is made when it is not there. */
  makeStream(key: string): Stream {
    const found = this.stream(key)
    if (found !== undefined) return found
    this.claim()
    const made = new Stream()
    this.#keys.set(key, made)
    return made
  }

  setText(key: string, value: string, ttlMillis = Number.POSITIVE_INFINITY): void {
    this.claim()
    this.#keys.set(key, { kind: "text", value, untilMillis: wallMillis() + ttlMillis })
  }

  delete(key: string): boolean {
    return this.#keys.delete(key)
  }

  rename(from: string, to: string): void {
    const value = this.#keys.get(from)
    if (value === undefined) throw new ReplyError("ERR no such key")
    this.#keys.delete(from)
    this.#keys.set(to, value)
  }

  keys(): readonly string[] {
    return [...this.#keys.keys()]
  }

  clear(): void {
    this.#keys.clear()
  }

  /** What a read gets now; null when it would have to wait. */
  read({ streams, group, consumer, count }: StreamRead): StreamsReply {
    const found: (readonly [string, readonly RawEntry[]])[] = []
    for (const [key, from] of streams) {
      const stream = this.stream(key)
      if (group === undefined) {
        const entries = stream?.after(parseId(from), count).map(({ text, fields }): RawEntry => [text, fields]) ?? []
        if (entries.length > 0) found.push([key, entries])
        continue
      }
      if (stream?.groups.has(group) !== true)
        throw new ReplyError(
          `NOGROUP No such key '${key}' or consumer group '${group}' in XREADGROUP with GROUP option`,
        )
      if (from !== ">") found.push([key, stream.history(group, consumer, count)])
      else {
        const entries = stream.deliver(group, consumer, count)
        if (entries.length > 0) found.push([key, entries])
      }
    }
    return found.length === 0 ? null : found
  }
}
