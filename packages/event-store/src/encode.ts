import { PoisonedEvent } from "#src/errors.ts"
import {
  BATCH_MAX_BYTES,
  EVENT_MAX_BYTES,
  EVENT_TYPE_MAX_BYTES,
  REQUEST_MAX_EVENTS,
  STREAM_NAME_MAX_BYTES,
} from "#src/limits.ts"
import type { AppendRequest } from "#src/port.ts"
import type { NewEvent } from "@muster/domain"

/** How "any" is written in `EncodedRequest.expected`. */
export const ANY_REVISION = -1

/** An event as it goes to an engine: data and meta are JSON text. */
export interface EncodedEvent {
  readonly id: string
  readonly type: string
  readonly schema: number
  readonly data: string
  readonly meta: string
  /** Of data and meta together. */
  readonly bytes: number
}

/** A request that was checked: it can be sent together with others without spoiling them. */
export interface EncodedRequest {
  readonly stream: string
  /** `ANY_REVISION` or the expected revision. */
  readonly expected: number
  readonly events: readonly [EncodedEvent, ...EncodedEvent[]]
  readonly bytes: number
}

const MAX_INT32 = 2 ** 31 - 1
const CANONICAL_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/u

/** `JSON.stringify` writes NUL and lone surrogates as escapes; neither can be stored. Behind an odd number of backslashes only. */
const UNSTORABLE_ESCAPE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/u

/** A UTF-16 unit is at most so many bytes of UTF-8: what is short enough by this needs no counting. */
const BYTES_PER_UNIT_MAX = 3

/** What is wrong with a plain text, or undefined. */
const flawOfText = (name: string, text: unknown, maxBytes: number): string | undefined => {
  if (typeof text !== "string" || text === "") return `${name} is empty or no text`
  if (text.includes("\0") || !text.isWellFormed()) return `${name} holds a NUL or half a character`
  if (text.length * BYTES_PER_UNIT_MAX > maxBytes && Buffer.byteLength(text) > maxBytes)
    return `${name} is longer than ${maxBytes} bytes`
  return undefined
}

/** What is wrong with an event or a request: why no engine stores it. */
class Flaw {
  readonly reason: string
  constructor(reason: string) {
    this.reason = reason
  }
}

/** The JSON text of an object. */
const encodeJson = (name: string, value: unknown): string | Flaw => {
  if (typeof value !== "object" || value === null) return new Flaw(`${name} is no object`)
  let json: string | undefined
  try {
    json = JSON.stringify(value)
  } catch (error) {
    // A cycle, a bigint or a depth beyond the stack. The error's text may quote the data: only its kind is told.
    return new Flaw(`${name} cannot be written as JSON (${error instanceof Error ? error.name : "unknown"})`)
  }
  if (json === undefined) return new Flaw(`${name} cannot be written as JSON`)
  if (json.includes("\\u") && UNSTORABLE_ESCAPE.test(json)) return new Flaw(`${name} holds a NUL or half a character`)
  return json
}

/** Events of one request mostly carry the very same meta object: `before` spares writing it again. */
const encodeEvent = (
  event: NewEvent,
  before?: { readonly meta: object; readonly json: string },
): EncodedEvent | Flaw => {
  if (typeof event.id !== "string" || !CANONICAL_UUID.test(event.id))
    return new Flaw("an event id is no UUID in lower-case text")
  const flaw = flawOfText("an event type", event.type, EVENT_TYPE_MAX_BYTES)
  if (flaw !== undefined) return new Flaw(flaw)
  const { schema } = event
  if (!Number.isInteger(schema) || schema < 1 || schema > MAX_INT32)
    return new Flaw("an event schema is no positive whole number")
  const data = encodeJson("event data", event.data)
  if (data instanceof Flaw) return data
  const meta = before?.meta === event.meta ? before.json : encodeJson("event meta", event.meta)
  if (meta instanceof Flaw) return meta
  const bytes = Buffer.byteLength(data) + Buffer.byteLength(meta)
  if (bytes > EVENT_MAX_BYTES) return new Flaw(`an event has ${bytes} bytes, the limit is ${EVENT_MAX_BYTES}`)
  return { id: event.id, type: event.type, schema, data, meta, bytes }
}

/**
 * Checks a request and writes its events as JSON, once, before it can meet other requests in a batch. A request that no
 * engine could store comes back as `PoisonedEvent`.
 */
export const encodeRequest = (request: AppendRequest): EncodedRequest | PoisonedEvent => {
  const { stream, expectedRevision, events } = request
  const poisoned = (reason: string) => new PoisonedEvent({ stream: stream.slice(0, STREAM_NAME_MAX_BYTES), reason })
  const flaw = flawOfText("the stream name", stream, STREAM_NAME_MAX_BYTES)
  if (flaw !== undefined) return poisoned(flaw)
  const expected = expectedRevision === "any" ? ANY_REVISION : expectedRevision
  if (expectedRevision !== "any" && !(Number.isInteger(expected) && expected >= 0 && expected <= MAX_INT32))
    return poisoned("the expected revision is no whole number from 0 up")
  if (events.length === 0) return poisoned("there are no events to append")
  if (events.length > REQUEST_MAX_EVENTS) return poisoned(`more than ${REQUEST_MAX_EVENTS} events in one request`)

  const encoded: EncodedEvent[] = []
  let total = 0
  let before: { readonly meta: object; readonly json: string } | undefined
  for (const event of events) {
    const one = encodeEvent(event, before)
    if (one instanceof Flaw) return poisoned(one.reason)
    encoded.push(one)
    total += one.bytes
    before = { meta: event.meta, json: one.meta }
  }
  if (encoded.length > 1 && new Set(encoded.map((event) => event.id)).size !== encoded.length)
    return poisoned("an event id occurs twice in the request")
  if (total > BATCH_MAX_BYTES) return poisoned(`the request has ${total} bytes, the limit is ${BATCH_MAX_BYTES}`)
  return { stream, expected, events: encoded as [EncodedEvent, ...EncodedEvent[]], bytes: total }
}
