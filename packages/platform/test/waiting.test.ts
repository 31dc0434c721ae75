import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { backoffMillis, latch, pause } from "#src/waiting.ts"

const LONG_MILLIS = 60_000

describe("a pause", () => {
  it("ends early, and does not reject, when its signal fires", async () => {
    const stop = new AbortController()
    const waiting = pause(LONG_MILLIS, stop.signal)
    stop.abort()
    await expect(waiting).resolves.toBeUndefined()
    await expect(pause(LONG_MILLIS, stop.signal)).resolves.toBeUndefined()
  })
})

describe("a backoff", () => {
  it("stays between half and the whole of a doubling, capped step", () => {
    fc.assert(
      fc.property(fc.nat(60), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, random) => {
        const step = Math.min(5_000, 100 * 2 ** Math.min(failures, 30))
        const millis = backoffMillis({ firstMillis: 100, maxMillis: 5_000 }, failures, () => random)
        expect(millis).toBeGreaterThanOrEqual(step / 2)
        expect(millis).toBeLessThanOrEqual(step)
      }),
    )
  })
})

describe("a latch", () => {
  it("keeps a ring for the next wait, and only one", async () => {
    const stop = new AbortController()
    const bell = latch()
    bell.ring()
    bell.ring()
    await bell.wait(stop.signal)
    let isOver = false
    const second = bell.wait(stop.signal).then(() => (isOver = true))
    await Promise.resolve()
    expect(isOver).toBe(false)
    bell.ring()
    await second
  })

  it("lets its waiter go at the signal and after a time", async () => {
    const stop = new AbortController()
    const bell = latch()
    await bell.wait(stop.signal, 1)
    const waiting = bell.wait(stop.signal)
    stop.abort()
    await waiting
    await expect(bell.wait(stop.signal)).resolves.toBeUndefined()
  })
})
