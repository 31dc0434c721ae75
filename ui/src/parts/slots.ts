import { createMemo, createSignal, untrack } from "solid-js"
import type { Accessor } from "solid-js"

/** A row that shall be drawn, and where. */
export interface Placed<Row, Place> {
  /** Stable and unique per row. */
  readonly key: unknown
  readonly row: Row
  readonly place: Place
}

/** What draws one row, and later perhaps another. */
export interface Slot<Row, Place> {
  readonly row: Accessor<Row>
  readonly place: Accessor<Place>
  /** The element that it draws, once there is one. */
  element: Element | undefined
}

export interface SlotsOptions<Row, Place> {
  /** Slots of rows that leave are given to rows of the same kind that come; absent: to none. */
  readonly kindOf?: ((row: Row) => unknown) | undefined
  readonly isSamePlace: (one: Place, other: Place) => boolean
}

interface OwnSlot<Row, Place> extends Slot<Row, Place> {
  key: unknown
  readonly kind: unknown
  readonly set: (placed: Placed<Row, Place>) => void
}

function makeSlot<Row, Place>(
  first: Placed<Row, Place>,
  { kindOf, isSamePlace }: SlotsOptions<Row, Place>,
): OwnSlot<Row, Place> {
  const [row, setRow] = createSignal(first.row)
  const [place, setPlace] = createSignal(first.place, { equals: isSamePlace })
  const slot: OwnSlot<Row, Place> = {
    key: first.key,
    kind: kindOf?.(first.row),
    row,
    place,
    element: undefined,
    set: (placed) => {
      slot.key = placed.key
      setRow(() => placed.row)
      setPlace(() => placed.place)
    },
  }
  return slot
}

const hasFocus = ({ element }: Slot<unknown, unknown>): boolean =>
  element !== undefined && element.contains(document.activeElement)

/**
 * What draws the rows in sight, in their order. A row keeps its slot, and with it its element, wherever it moves. A slot whose row has
 * left draws one that comes, so that a list of mostly other rows costs what differs between them and not their elements; but the one that
 * has the focus goes: nobody shall press what they did not choose.
 */
export function createSlots<Row, Place>(
  drawn: Accessor<ReadonlyArray<Placed<Row, Place>>>,
  options: SlotsOptions<Row, Place>,
): Accessor<ReadonlyArray<Slot<Row, Place>>> {
  return createMemo<ReadonlyArray<OwnSlot<Row, Place>>>((before) => {
    const now = drawn()
    return untrack(() => {
      const wanted = new Set(now.map(({ key }) => key))
      const known = new Map(before.map((slot) => [slot.key, slot]))
      const left = before.filter((slot) => !wanted.has(slot.key))
      // Where most rows stay, elements that change their place among them would have all the others moved in the document.
      const isOther = (before.length - left.length) * 2 < now.length
      const free = options.kindOf !== undefined && isOther ? left.filter((slot) => !hasFocus(slot)) : []
      const take = (row: Row): OwnSlot<Row, Place> | undefined => {
        const at = free.findIndex(({ kind }) => kind === options.kindOf?.(row))
        return at < 0 ? undefined : free.splice(at, 1)[0]
      }
      return now.map((placed) => {
        const slot = known.get(placed.key) ?? take(placed.row)
        if (slot === undefined) return makeSlot(placed, options)
        slot.set(placed)
        return slot
      })
    })
  }, [])
}
