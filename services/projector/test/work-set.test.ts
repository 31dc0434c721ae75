import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { REST_MAX_MILLIS } from "#src/limits.ts"
import { makeWorkSet } from "#src/work-set.ts"

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe("a set of work", () => {
  it("hands nothing out while it rests after work, and then what was marked meanwhile, once", async () => {
    const stopping = new AbortController()
    const set = makeWorkSet(stopping.signal)
    set.mark("a")
    expect(await set.next()).toBe("a")
    set.restAfter(100, 9)
    set.mark("b")
    set.mark("b")
    let handed: string | undefined
    const next = set.next().then((key) => (handed = key))
    await vi.advanceTimersByTimeAsync(899)
    expect(handed).toBeUndefined()
    expect(set.isIdle()).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await next).toBe("b")
    const none = set.next()
    expect(set.isIdle()).toBe(true)
    stopping.abort()
    expect(await none).toBeUndefined()
  })

  it("rests for no longer than others may wait, however long the work took", async () => {
    const set = makeWorkSet(new AbortController().signal)
    set.restAfter(3_600_000, 9)
    set.mark("a")
    const next = set.next()
    await vi.advanceTimersByTimeAsync(REST_MAX_MILLIS)
    expect(await next).toBe("a")
  })
})
