import { makeAnnouncer, makeLatch } from "#src/postgres/wake.ts"
import { WAKE_INTERVAL_MILLIS } from "#src/limits.ts"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe("the announcer", () => {
  test("tells the first at once, then at most one per interval, and never withholds the last", () => {
    const sent: string[] = []
    const announcer = makeAnnouncer((position) => sent.push(position))
    for (const position of ["1", "2", "9", "10"]) announcer.announce(position)
    expect(sent).toEqual(["1"])
    vi.advanceTimersByTime(WAKE_INTERVAL_MILLIS - 1)
    expect(sent).toEqual(["1"])
    vi.advanceTimersByTime(1)
    expect(sent).toEqual(["1", "10"])
    announcer.announce("11")
    vi.advanceTimersByTime(WAKE_INTERVAL_MILLIS)
    expect(sent).toEqual(["1", "10", "11"])
    vi.advanceTimersByTime(10 * WAKE_INTERVAL_MILLIS)
    expect(sent).toEqual(["1", "10", "11"])
    announcer.announce("12")
    expect(sent).toEqual(["1", "10", "11", "12"])
  })

  test("sends what it holds back when it is closed, and nothing after", () => {
    const sent: string[] = []
    const announcer = makeAnnouncer((position) => sent.push(position))
    announcer.announce("1")
    announcer.announce("2")
    announcer.close()
    vi.advanceTimersByTime(10 * WAKE_INTERVAL_MILLIS)
    expect(sent).toEqual(["1", "2"])
  })
})

describe("the latch", () => {
  const waits = (latch: ReturnType<typeof makeLatch>, cursor: string, signal = new AbortController().signal) => {
    let woken = false
    void latch.beyond(cursor, 250, signal).then(() => (woken = true))
    return async () => {
      await vi.advanceTimersByTimeAsync(0)
      return woken
    }
  }

  test("wakes those who wait for what came, and only those", async () => {
    const latch = makeLatch()
    const [nine, ten] = [waits(latch, "9"), waits(latch, "10")]
    latch.advance("10")
    expect([await nine(), await ten()]).toEqual([true, false])
  })

  test("lets nobody wait for what is there already", async () => {
    const latch = makeLatch()
    latch.advance("10")
    latch.advance("3")
    expect(await waits(latch, "9")()).toBe(true)
  })

  test("wakes at the poll interval, by a nudge and by an abort", async () => {
    const latch = makeLatch()
    const polling = waits(latch, "5")
    expect(await polling()).toBe(false)
    await vi.advanceTimersByTimeAsync(250)
    expect(await polling()).toBe(true)

    const nudged = waits(latch, "5")
    latch.nudge()
    expect(await nudged()).toBe(true)

    const stop = new AbortController()
    const aborted = waits(latch, "5", stop.signal)
    expect(await aborted()).toBe(false)
    stop.abort()
    expect(await aborted()).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })
})
