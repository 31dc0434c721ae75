import { DECODED_SAMPLE_EVENTS } from "./limits.ts"
import { catalogue, EventMeta, isEventType, Position, START, type RecordedEvent } from "@muster/domain"
import type { EventStore } from "@muster/event-store"
import { Schema } from "effect"

const exactly = { onExcessProperty: "error" } as const

const decode = ({ type, schema, data, meta }: RecordedEvent): void => {
  if (!isEventType(type)) throw new TypeError(`no event has the type ${type}`)
  if (schema !== catalogue[type].schema) throw new TypeError(`${type} has another schema now`)
  Schema.decodeUnknownSync(catalogue[type].data as Schema.Codec<unknown, unknown>, exactly)(data)
  Schema.decodeUnknownSync(EventMeta, exactly)(meta)
}

/** Reads the first and the last events of a filled log and decodes them as the product would; throws at the first that is not one. */
export const decodeSample = async (store: EventStore, head: number): Promise<number> => {
  const starts = [START, Position.make(String(Math.max(0, head - DECODED_SAMPLE_EVENTS)))]
  let decoded = 0
  for (const after of starts)
    for (const event of await store.readAll({ after, limit: DECODED_SAMPLE_EVENTS })) {
      decode(event)
      decoded += 1
    }
  return decoded
}
