import type { Position, RecordedEvent } from "@muster/domain"
import { describe, expect, it } from "vitest"
import { readAhead } from "#src/read-ahead.ts"

const event = (position: number, text = ""): RecordedEvent =>
  ({ position: String(position) as Position, data: { text } }) as unknown as RecordedEvent
const page = (first: number, count: number, text = ""): readonly RecordedEvent[] =>
  Array.from({ length: count }, (_, index) => event(first + index, text))
const positions = (events: readonly RecordedEvent[] | undefined) => events?.map((one) => Number(one.position))

/** A log that gives its pages one by one, and counts how many were asked for. */
const logOf = (pages: readonly (readonly RecordedEvent[])[], ending?: Promise<never>) => {
  const asked = { count: 0 }
  const iterate = async function* () {
    for (const one of pages) {
      asked.count += 1
      yield one
    }
    asked.count += 1
    // A log has no end: whoever asks beyond the last page waits.
    await (ending ?? new Promise<never>(() => undefined))
  }
  return { pages: iterate(), asked }
}
/** Everything that can go on without new events has gone on. */
const quiet = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve()
}
const bounds = { pageEvents: 4, maxEvents: 8, maxWeight: 1e6 }

describe("reading ahead", () => {
  it("takes nothing from the log before somebody asks, and nothing beyond a page that was not full", async () => {
    const { pages, asked } = logOf([page(1, 3), page(4, 4)])
    const ahead = readAhead({ pages, ...bounds })
    await quiet()
    expect(asked.count).toBe(0)
    expect(positions(await ahead.take())).toEqual([1, 2, 3])
    await quiet()
    expect(asked.count).toBe(1)
    expect(ahead.isReady()).toBe(false)
    expect(positions(await ahead.take())).toEqual([4, 5, 6, 7])
  })

  it("gives what came meanwhile at once, up to its bounds in events", async () => {
    const { pages, asked } = logOf([page(1, 4), page(5, 4), page(9, 4), page(13, 4), page(17, 1)])
    const ahead = readAhead({ pages, ...bounds })
    expect(positions(await ahead.take())).toEqual([1, 2, 3, 4])
    await quiet()
    expect(asked.count).toBe(3)
    expect(positions(await ahead.take())).toEqual([5, 6, 7, 8, 9, 10, 11, 12])
    await quiet()
    expect(positions(await ahead.take())).toEqual([13, 14, 15, 16, 17])
  })

  it("keeps no more than its bound of text", async () => {
    const { pages, asked } = logOf([1, 5, 9, 13].map((first) => page(first, 4, "x".repeat(1000))))
    const ahead = readAhead({ pages, ...bounds, maxEvents: 1000, maxWeight: 4000 })
    await ahead.take()
    await quiet()
    expect(asked.count).toBe(2)
    expect(positions(await ahead.take())).toEqual([5, 6, 7, 8])
  })

  it("up to a position gives as much as may wait, and ends with the page that holds it even if that is full", async () => {
    const { pages } = logOf([page(1, 4), page(5, 4), page(9, 4)])
    const ahead = readAhead({ pages, ...bounds, upTo: "12" as Position })
    expect(positions(await ahead.take())).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(positions(await ahead.take())).toEqual([9, 10, 11, 12])
    expect(await ahead.take()).toBeUndefined()
  })

  it("gives what was read before the log failed, then fails as it did", async () => {
    const broken = Promise.reject(new Error("the log is gone"))
    const { pages } = logOf([page(1, 4)], broken)
    const ahead = readAhead({ pages, ...bounds })
    expect(positions(await ahead.take())).toEqual([1, 2, 3, 4])
    await quiet()
    await expect(ahead.take()).rejects.toThrow("the log is gone")
  })
})
