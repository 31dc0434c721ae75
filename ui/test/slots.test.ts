import { createRoot, createSignal } from "solid-js"
import { describe, expect, it, onTestFinished } from "vitest"
import { createSlots } from "#src/parts/slots.ts"
import type { Placed, Slot } from "#src/parts/slots.ts"

/** Rows named by their kind and a number: "a1". */
const kindOf = (row: string): string => row.slice(0, 1)

function slotsOver(rows: ReadonlyArray<string>, kinds: ((row: string) => unknown) | undefined) {
  const placed = (names: ReadonlyArray<string>): ReadonlyArray<Placed<string, number>> =>
    names.map((row, place) => ({ key: row, row, place }))
  const [drawn, setDrawn] = createSignal(placed(rows))
  const slots = createRoot((dispose) => {
    onTestFinished(dispose)
    return createSlots(drawn, { kindOf: kinds, isSamePlace: Object.is })
  })
  return { slots, show: (next: ReadonlyArray<string>) => setDrawn(placed(next)) }
}
const shown = (slots: ReadonlyArray<Slot<string, number>>) => slots.map((slot) => [slot.row(), slot.place()])

describe("what draws the rows of a list", () => {
  it("stays with its row, wherever that moves", () => {
    const { slots, show } = slotsOver(["a1", "a2", "a3"], kindOf)
    const [one, two, three] = slots()
    show(["a3", "a1", "a2"])
    expect(slots()).toEqual([three, one, two])
    expect(shown(slots())).toEqual([
      ["a3", 0],
      ["a1", 1],
      ["a2", 2],
    ])
  })

  it("is handed from rows that leave to rows of the same kind that come, in their order", () => {
    const { slots, show } = slotsOver(["a1", "b1", "a2", "a3"], kindOf)
    const [one, other, two, three] = slots()
    show(["a3", "a4", "a5", "b2"])
    expect(slots()).toEqual([three, one, two, other])
    expect(shown(slots()).map(([row]) => row)).toEqual(["a3", "a4", "a5", "b2"])
  })

  it("is made anew for a row of another kind, and when there are more than before", () => {
    const { slots, show } = slotsOver(["a1"], kindOf)
    const before = slots()
    show(["b1", "b2"])
    expect(slots().filter((slot) => before.includes(slot))).toEqual([])
    expect(shown(slots()).map(([row]) => row)).toEqual(["b1", "b2"])
  })

  it("is handed to nobody while the focus is in it", () => {
    const { slots, show } = slotsOver(["a1", "a2"], kindOf)
    const [one, two] = slots()
    const button = document.createElement("button")
    document.body.append(button)
    onTestFinished(() => button.remove())
    if (one !== undefined) one.element = button
    button.focus()
    show(["a3", "a4"])
    expect(slots()).not.toContain(one)
    expect(slots()[0]).toBe(two)
  })

  it("is handed to nobody while most rows stay: those that come have slots of their own", () => {
    const { slots, show } = slotsOver(["a1", "a2", "a3", "a4"], kindOf)
    const before = slots()
    show(["a3", "a4", "a5", "a6"])
    expect(slots().slice(0, 2)).toEqual(before.slice(2))
    expect(
      slots()
        .slice(2)
        .filter((slot) => before.includes(slot)),
    ).toEqual([])
  })

  it("is handed to nobody where rows have no kinds", () => {
    const { slots, show } = slotsOver(["a1", "a2"], undefined)
    const before = slots()
    show(["a2", "a3"])
    expect(slots()[0]).toBe(before[1])
    expect(before).not.toContain(slots()[1])
  })
})
