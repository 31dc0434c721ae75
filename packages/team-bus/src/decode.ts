import { BUS_FIELD } from "@muster/contracts"
import { Result, Schema } from "effect"
import { ENTRY_MAX_CHARS } from "#src/limits.ts"

/** Longest reason given for an entry that cannot be understood, in UTF-16 code units. */
const REASON_MAX_CHARS = 1_000

/** An entry as the server gives it: its id and its fields flat, or null when it was deleted while it was pending. */
export type RawEntry = readonly [id: string, fields: readonly string[] | null]

export type Decoded<A> = { readonly value: A } | { readonly poison: string }

const asReason = (text: string) => text.slice(0, REASON_MAX_CHARS).replaceAll("\0", "").toWellFormed()

/** The body of an entry, or undefined when it has none. */
export const bodyOf = (fields: readonly string[]): string | undefined => {
  for (let i = 0; i + 1 < fields.length; i += 2) if (fields[i] === BUS_FIELD) return fields[i + 1]
  return undefined
}

/** Makes a decoder for the JSON text of one schema. It never throws: what it cannot understand is poison, with a reason. */
export const jsonDecoder = <A, I>(schema: Schema.Codec<A, I>): ((text: string) => Decoded<A>) => {
  const decode = Schema.decodeUnknownResult(schema)
  return (text) => {
    if (text.length > ENTRY_MAX_CHARS) return { poison: `longer than ${ENTRY_MAX_CHARS} characters` }
    let json: unknown
    try {
      json = JSON.parse(text)
    } catch (error) {
      return { poison: asReason(error instanceof Error ? error.message : "not JSON") }
    }
    const result = decode(json)
    return Result.isSuccess(result) ? { value: result.success } : { poison: asReason(String(result.failure)) }
  }
}

/** The same for an entry: its body is in one named field. */
export const entryDecoder = <A, I>(schema: Schema.Codec<A, I>) => {
  const decode = jsonDecoder(schema)
  return (fields: readonly string[]): Decoded<A> => {
    const body = bodyOf(fields)
    return body === undefined ? { poison: `has no field "${BUS_FIELD}"` } : decode(body)
  }
}
