import { JSON_SHAPE_MAX_KEYS, JSON_SHAPES_MAX } from "#src/limits.ts"

/** Orders of keys by the keys of an object: events have few shapes. */
const shapes = new Map<string, readonly string[]>()

/** The order of keys in jsonb: by their bytes' number, then by the bytes. */
const compareKeys = (a: string, b: string): number =>
  Buffer.byteLength(a) - Buffer.byteLength(b) || Buffer.compare(Buffer.from(a), Buffer.from(b))

const orderOf = (keys: readonly string[]): readonly string[] => {
  if (keys.length < 2) return keys
  if (keys.length > JSON_SHAPE_MAX_KEYS) return keys.toSorted(compareKeys)
  // No key holds a NUL: it could not be stored.
  const shape = keys.join("\0")
  const known = shapes.get(shape)
  if (known !== undefined) return known
  const order = keys.toSorted(compareKeys)
  if (shapes.size >= JSON_SHAPES_MAX) shapes.clear()
  shapes.set(shape, order)
  return order
}

/**
 * A JSON value with the keys of its objects in the order in which the database gives them back, so that what is made of an
 * event is the same to the byte wherever the event comes from.
 */
export const inStoredOrder = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null) return value
  if (Array.isArray(value)) return value.map(inStoredOrder)
  const object = value as Readonly<Record<string, unknown>>
  // Own properties, also one named __proto__.
  return Object.fromEntries(orderOf(Object.keys(object)).map((key) => [key, inStoredOrder(object[key])]))
}
