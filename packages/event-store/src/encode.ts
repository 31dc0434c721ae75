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
interface EncodedEvent {
  readonly id: string
  readonly type: string
  readonly schema: number
  readonly data: string
  readonly meta: string
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

/** What is wrong with a plain text, or undefined. */
const flawOfText = (name: string, text: unknown, maxBytes: number): string | undefined => {
  if (typeof text !== "string" || text === "") return `${name} is empty or no text`
  if (text.includes("\0") || !text.isWellFormed()) return `${name} holds a NUL or half a character`
  if (Buffer.byteLength(text) > maxBytes) return `${name} is longer than ${maxBytes} bytes`
  return undefined
}

/** The JSON text of an object; a reason when it has none or one that no engine stores. */
const encodeJson = (name: string, value: unknown): { readonly json: string } | { readonly flaw: string } => {
  if (typeof value !== "object" || value === null) return { flaw: `${name} is no object` }
  let json: string | undefined
  try {
    json = JSON.stringify(value)
  } catch (error) {
    // A cycle, a bigint or a depth beyond the stack. The error's text may quote the data: only its kind is told.
    return { flaw: `${name} cannot be written as JSON (${error instanceof Error ? error.name : "unknown"})` }
  }
  if (json === undefined) return { flaw: `${name} cannot be written as JSON` }
  if (json.includes("\\u") && UNSTORABLE_ESCAPE.test(json)) return { flaw: `${name} holds a NUL or half a character` }
  return { json }
}

const encodeEvent = (event: NewEvent): (EncodedEvent & { readonly bytes: number }) | string => {
  if (typeof event.id !== "string" || !CANONICAL_UUID.test(event.id)) return "an event id is no UUID in lower-case text"
  const flaw = flawOfText("an event type", event.type, EVENT_TYPE_MAX_BYTES)
  if (flaw !== undefined) return flaw
  const { schema } = event
  if (!Number.isInteger(schema) || schema < 1 || schema > MAX_INT32)
    return "an event schema is no positive whole number"
  const data = encodeJson("event data", event.data)
  if ("flaw" in data) return data.flaw
  const meta = encodeJson("event meta", event.meta)
  if ("flaw" in meta) return meta.flaw
  const bytes = Buffer.byteLength(data.json) + Buffer.byteLength(meta.json)
  if (bytes > EVENT_MAX_BYTES) return `an event has ${bytes} bytes, the limit is ${EVENT_MAX_BYTES}`
  return { id: event.id, type: event.type, schema, data: data.json, meta: meta.json, bytes }
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
  const ids = new Set<string>()
  let total = 0
  for (const event of events) {
    const one = encodeEvent(event)
    if (typeof one === "string") return poisoned(one)
    const { bytes, ...rest } = one
    encoded.push(rest)
    ids.add(one.id)
    total += bytes
  }
  if (ids.size !== encoded.length) return poisoned("an event id occurs twice in the request")
  if (total > BATCH_MAX_BYTES) return poisoned(`the request has ${total} bytes, the limit is ${BATCH_MAX_BYTES}`)
  return { stream, expected, events: encoded as [EncodedEvent, ...EncodedEvent[]], bytes: total }
}
