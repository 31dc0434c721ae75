import { makeLanes } from "#src/lanes.ts"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"

interface Item {
  readonly stream: string
  readonly bytes: number
  readonly serial: number
}

/** Pushes and takes as told, takes until empty, and gives the batches. */
const run = (
  steps: readonly ({ stream: string; bytes: number } | "take")[],
  limits: { requests: number; bytes: number },
) => {
  const lanes = makeLanes<Item>()
  const batches: Item[][] = []
  let serial = 0
  let inFlight: Item[] = []
  const turn = () => {
    lanes.release(inFlight)
    inFlight = lanes.take(limits)
    if (inFlight.length > 0) batches.push(inFlight)
  }
  for (const step of steps) {
    if (step === "take") turn()
    else lanes.push({ ...step, serial: serial++ })
  }
  do turn()
  while (inFlight.length > 0)
  return { batches, pushed: serial, left: lanes.size(), leftBytes: lanes.bytes() }
}

const steps = fc.array(
  fc.oneof(
    fc.record({ stream: fc.constantFrom("a", "b", "c", "d"), bytes: fc.integer({ min: 1, max: 10 }) }),
    fc.constant("take" as const),
  ),
  { maxLength: 80 },
)
const limits = fc.record({ requests: fc.integer({ min: 1, max: 4 }), bytes: fc.integer({ min: 1, max: 20 }) })

describe("lanes, whatever comes in whatever order", () => {
  test("lose nothing and double nothing", () => {
    fc.assert(
      fc.property(steps, limits, (plan, bounds) => {
        const { batches, pushed, left, leftBytes } = run(plan, bounds)
        const serials = batches.flat().map((item) => item.serial)
        expect(serials.toSorted((a, b) => a - b)).toEqual(Array.from({ length: pushed }, (_, index) => index))
        expect([left, leftBytes]).toEqual([0, 0])
      }),
    )
  })

  test("hold each stream at most once in a batch and keep its order across batches", () => {
    fc.assert(
      fc.property(steps, limits, (plan, bounds) => {
        const { batches } = run(plan, bounds)
        for (const batch of batches) expect(new Set(batch.map((item) => item.stream)).size).toBe(batch.length)
        for (const stream of ["a", "b", "c", "d"]) {
          const serials = batches.flat().flatMap((item) => (item.stream === stream ? [item.serial] : []))
          expect(serials).toEqual(serials.toSorted((a, b) => a - b))
        }
      }),
    )
  })

  test("keep to the limits; one item above the byte limit goes alone", () => {
    fc.assert(
      fc.property(steps, limits, (plan, bounds) => {
        for (const batch of run(plan, bounds).batches) {
          expect(batch.length).toBeLessThanOrEqual(bounds.requests)
          const bytes = batch.reduce((sum, item) => sum + item.bytes, 0)
          expect(bytes <= bounds.bytes || batch.length === 1).toBe(true)
        }
      }),
    )
  })

  test("let a quiet stream pass a hot one: it waits for one batch, not for the hot queue", () => {
    const hot = Array.from({ length: 100 }, () => ({ stream: "hot", bytes: 1 }))
    const { batches } = run([...hot, { stream: "quiet", bytes: 1 }], { requests: 10, bytes: 100 })
    expect(batches[0]?.map((item) => item.stream)).toEqual(["hot", "quiet"])
  })

  test("stay in order through thousands of turns of the line", () => {
    const many = Array.from({ length: 5000 }, (_, index) => ({ stream: `s${index % 1700}`, bytes: 1 }))
    const { batches, left } = run(many, { requests: 7, bytes: 1000 })
    expect(batches.flat()).toHaveLength(5000)
    expect(left).toBe(0)
  })
})
