import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { dense } from "#src/dense.ts"

describe("a result that begins with holes", () => {
  it("keeps its rows, in their order, and what else it carries", () => {
    const broken = Object.assign(Array.from<number>({ length: 3 }), { count: 2 })
    const result = Object.assign([] as number[], { count: 2 })
    result.length = broken.length
    result.push(7, 8)
    expect(dense(result)).toBe(result)
    expect([...result]).toEqual([7, 8])
    expect(result.count).toBe(2)
  })

  it("is only freed of holes: undefined stays, and what is no list is left alone", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(), { nil: undefined })), fc.nat(5), (rows, holes) => {
        const result: unknown[] = []
        result.length = holes
        result.push(...rows)
        expect(dense(result)).toEqual(rows)
      }),
    )
    expect(dense(undefined)).toBeUndefined()
  })
})
