import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, describe, expect, test, vi } from "vitest"
import { CLOCK_ANSWER_MAX_MILLIS } from "#src/limits.ts"
import { makeLogClock } from "#src/log-clock.ts"

const HOUR_MILLIS = 3_600_000

describe("the clock of the log", () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })
  const monotonic = (millis: number) => vi.spyOn(performance, "now").mockReturnValue(millis)
  const wall = (millis: number) => vi.spyOn(Date, "now").mockReturnValue(millis)

  test("shows the database's time, carried on by the monotonic clock, whatever the wall clock does", () => {
    wall(1_000_000)
    monotonic(100)
    const clock = makeLogClock()
    expect(clock.nowMillis()).toBe(1_000_000)
    clock.hear(5_000_000, 100)
    expect(clock.nowMillis()).toBe(5_000_000)
    wall(1_000_000 + HOUR_MILLIS)
    monotonic(2_600)
    expect(clock.nowMillis()).toBe(5_002_500)
    wall(1_000_000 - HOUR_MILLIS)
    expect(clock.nowMillis()).toBe(5_002_500)
  })

  test("takes what it hears to be true in the middle of question and answer", () => {
    monotonic(1_000)
    const clock = makeLogClock()
    monotonic(1_200)
    clock.hear(9_000_000, 1_000)
    expect(clock.nowMillis()).toBe(9_000_100)
  })

  test("is not set by an answer that took long, unless it is the first", () => {
    monotonic(0)
    const clock = makeLogClock()
    monotonic(CLOCK_ANSWER_MAX_MILLIS + 2)
    clock.hear(7_000_000, 0)
    const set = clock.nowMillis()
    expect(set).toBe(7_000_000 + CLOCK_ANSWER_MAX_MILLIS / 2 + 1)
    clock.hear(1, 0)
    expect(clock.nowMillis()).toBe(set)
  })

  test("is the only one that the dispatcher asks", () => {
    const source = join(import.meta.dirname, "..", "src")
    // Ids carry a time that nothing is decided by.
    const asking = readdirSync(source, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && file !== "log-clock.ts" && file !== "new-id.ts")
      .filter((file) => /Date\.now\(|new Date\(\)/.test(readFileSync(join(source, file), "utf8")))
    expect(asking).toEqual([])
  })
})
