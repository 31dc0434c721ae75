import type { EncodedRequest } from "#src/encode.ts"

/**
 * Stands between JSON texts. JSON writes control characters as escapes, so none of them holds one, and a list of them can
 * be cut on the server by a plain search: nothing is escaped here and unescaped there, as an array literal would need.
 */
const RECORD_SEPARATOR = "\u001e"

const NEEDS_ESCAPE = /["\\]/u
const ESCAPED = /["\\]/gu

const quoted = (text: string): string => (NEEDS_ESCAPE.test(text) ? `"${text.replace(ESCAPED, "\\$&")}"` : `"${text}"`)

/** A list of any texts as an array literal of Postgres. */
export const textArray = (texts: readonly string[]): string => `{${texts.map(quoted).join(",")}}`

/** A list of numbers or canonical UUIDs as an array literal: nothing in them needs quotes. */
const plainArray = (values: readonly (number | string)[]): string => `{${values.join(",")}}`

/** A request's own columns, as es.append and es.find_stored take them. */
export const requestColumns = (requests: readonly EncodedRequest[]) => ({
  streams: textArray(requests.map((request) => request.stream)),
  expected: plainArray(requests.map((request) => request.expected)),
  counts: plainArray(requests.map((request) => request.events.length)),
  first: plainArray(requests.map((request) => request.events[0].id)),
  last: plainArray(requests.map((request) => request.events.at(-1)?.id ?? request.events[0].id)),
})

/** The columns of their events: one element per event of all requests. Data and meta are joined, the rest are array literals. */
export const eventColumns = (requests: readonly EncodedRequest[]) => {
  const req: number[] = []
  const streams: string[] = []
  const k: number[] = []
  const ids: string[] = []
  const types: string[] = []
  const schemas: number[] = []
  const data: string[] = []
  const meta: string[] = []
  for (const [index, { stream, events }] of requests.entries()) {
    const element = quoted(stream)
    for (const [before, event] of events.entries()) {
      req.push(index + 1)
      streams.push(element)
      k.push(before + 1)
      ids.push(event.id)
      types.push(event.type)
      schemas.push(event.schema)
      data.push(event.data)
      meta.push(event.meta)
    }
  }
  return {
    req: plainArray(req),
    streams: plainArray(streams),
    k: plainArray(k),
    ids: plainArray(ids),
    types: textArray(types),
    schemas: plainArray(schemas),
    data: data.join(RECORD_SEPARATOR),
    meta: meta.join(RECORD_SEPARATOR),
  }
}
