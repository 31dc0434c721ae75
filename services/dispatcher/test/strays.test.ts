import { describe, expect, test } from "vitest"
import { StrayBook } from "#src/model/strays.ts"

const GRACE_MILLIS = 10_000
const book = () => new StrayBook(GRACE_MILLIS)
const held = new Set(["current"])

describe("assignments that have ended and that an agent still lists", () => {
  test("are called back once they stayed in the list for the grace, and again after it", () => {
    const strays = book()
    expect(strays.note("m", ["current", "ended"], held, 0)).toEqual([])
    expect(strays.note("m", ["current", "ended"], held, GRACE_MILLIS - 1)).toEqual([])
    expect(strays.note("m", ["current", "ended"], held, GRACE_MILLIS)).toEqual(["ended"])
    expect(strays.note("m", ["current", "ended"], held, GRACE_MILLIS + 5_000)).toEqual([])
    expect(strays.note("m", ["current", "ended"], held, 2 * GRACE_MILLIS)).toEqual(["ended"])
  })

  test("an outcome on its way is none: it leaves the list, and a later one begins anew", () => {
    const strays = book()
    strays.note("m", ["ended"], held, 0)
    strays.note("m", [], held, 5_000)
    expect(strays.note("m", ["ended"], held, GRACE_MILLIS)).toEqual([])
  })

  test("what one member lists says nothing about another's, and who is gone is forgotten", () => {
    const strays = book()
    strays.note("m", ["ended"], held, 0)
    strays.note("n", [], held, 1_000)
    strays.keepOnly(new Set(["n"]))
    expect(strays.note("m", ["ended"], held, GRACE_MILLIS)).toEqual([])
  })
})
