import type { TaskDoc } from "@muster/contracts"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { WHOLE, inSight, moved, ticksOf, timeScale, zoomed } from "#src/pages/team/tasks/time-scale.ts"
import type { Stretch } from "#src/pages/team/tasks/time-scale.ts"
import {
  arrowsOf,
  busyTimes,
  elbow,
  rowsInSight,
  timelineRow,
  timelineRows,
} from "#src/pages/team/tasks/timeline-rows.ts"

const MINUTE_MILLIS = 60_000
const HOUR_MILLIS = 60 * MINUTE_MILLIS
const stretch = (fromMillis: number, toMillis: number): Stretch => ({ fromMillis, toMillis })
const anyBusy = fc.array(
  fc
    .record({ fromMillis: fc.nat(10 * HOUR_MILLIS), length: fc.nat(HOUR_MILLIS) })
    .map(({ fromMillis, length }) => stretch(fromMillis, fromMillis + length)),
  { minLength: 1, maxLength: 20 },
)

describe("the axis of time", () => {
  it("folds hours without work to a small part, and keeps short gaps as they are", () => {
    const scale = timeScale([
      stretch(0, 10 * MINUTE_MILLIS),
      stretch(11 * MINUTE_MILLIS, 20 * MINUTE_MILLIS),
      stretch(5 * HOUR_MILLIS, 5 * HOUR_MILLIS + 20 * MINUTE_MILLIS),
    ])
    const idle = scale.segments.filter((segment) => segment.isIdle)
    expect(idle).toMatchObject([{ fromMillis: 20 * MINUTE_MILLIS, toMillis: 5 * HOUR_MILLIS }])
    expect((idle[0]?.to ?? 1) - (idle[0]?.from ?? 0)).toBeLessThan(0.05)
    expect(scale.project(20 * MINUTE_MILLIS)).toBeCloseTo(scale.project(5 * HOUR_MILLIS), 1)
  })

  it("never puts a later moment before an earlier one, reaches from 0 to 1, and finds every moment again", () => {
    fc.assert(
      fc.property(anyBusy, fc.array(fc.nat(11 * HOUR_MILLIS), { minLength: 2 }), (busy, moments) => {
        const scale = timeScale(busy)
        const places = moments.toSorted((a, b) => a - b).map(scale.project)
        expect(places).toEqual(places.toSorted((a, b) => a - b))
        expect(Math.min(...places)).toBeGreaterThanOrEqual(0)
        expect(Math.max(...places)).toBeLessThanOrEqual(1 + 1e-9)
        expect(scale.segments.at(-1)?.to).toBeCloseTo(1, 6)
        for (const { fromMillis, toMillis } of busy)
          for (const millis of [fromMillis, toMillis])
            expect(Math.abs(scale.unproject(scale.project(millis)) - millis)).toBeLessThan(HOUR_MILLIS * 12 * 1e-6 + 1)
      }),
    )
  })

  it("of nothing, and of one moment, is an axis all the same", () => {
    expect(timeScale([]).project(5)).toBeGreaterThanOrEqual(0)
    const scale = timeScale([stretch(1_000, 1_000)])
    expect([scale.project(0), scale.project(1_000), scale.project(2_000)]).toEqual([0, 0, 1])
  })
})

describe("what is in sight of the axis", () => {
  it("stays on it however one zooms and moves", () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant("zoom" as const),
        by: fc.double({ min: 0.1, max: 10, noNaN: true }),
        around: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      fc.record({
        kind: fc.constant("move" as const),
        by: fc.double({ min: -2, max: 2, noNaN: true }),
        around: fc.constant(0),
      }),
    )
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const sight = steps.reduce(
          (now, { kind, by, around }) => (kind === "zoom" ? zoomed(now, by, around) : moved(now, by)),
          WHOLE,
        )
        expect(sight.from).toBeGreaterThanOrEqual(-1e-9)
        expect(sight.to).toBeLessThanOrEqual(1 + 1e-9)
        expect(sight.to - sight.from).toBeGreaterThan(0.001)
      }),
    )
  })

  it("keeps still what the wheel stands at", () => {
    const before = { from: 0.2, to: 0.8 }
    const after = zoomed(before, 0.5, 0.25)
    expect(inSight(before.from + 0.25 * 0.6, after)).toBeCloseTo(0.25, 9)
    expect(zoomed(after, 100)).toEqual(WHOLE)
  })

  it("names moments evenly, and none where time is folded", () => {
    const scale = timeScale([stretch(0, MINUTE_MILLIS), stretch(9 * HOUR_MILLIS, 9 * HOUR_MILLIS + MINUTE_MILLIS)])
    const ticks = ticksOf(scale, WHOLE, 5)
    expect(ticks.length).toBe(4)
    for (const { millis } of ticks) expect(millis <= MINUTE_MILLIS || millis >= 9 * HOUR_MILLIS).toBe(true)
  })
})

const at = (minute: number): string => new Date(minute * MINUTE_MILLIS).toISOString()
const task = (number: number, part: Partial<TaskDoc>): TaskDoc =>
  ({
    id: `t${number}`,
    number,
    after: [],
    createdAt: at(0),
    assignedAt: null,
    startedAt: null,
    endedAt: null,
    ...part,
  }) as unknown as TaskDoc
const NOW_MILLIS = 100 * MINUTE_MILLIS

describe("a task on the axis", () => {
  it.each([
    ["queued", {}, 100, undefined],
    ["running", { assignedAt: at(10), startedAt: at(20) }, 20, [20, 100]],
    ["assigned", { assignedAt: at(10) }, 100, undefined],
    ["succeeded", { startedAt: at(20), endedAt: at(30) }, 20, [20, 30]],
    ["cancelled", { endedAt: at(30) }, 30, undefined],
    ["retry-scheduled", { startedAt: at(20) }, 100, undefined],
  ] as const)("that is %s waited and worked as recorded", (phase, part, waitedTo, worked) => {
    const row = timelineRow(task(1, { phase, ...part } as Partial<TaskDoc>), NOW_MILLIS)
    expect(row.queued).toEqual(stretch(0, waitedTo * MINUTE_MILLIS))
    expect(row.work).toEqual(worked && stretch(worked[0] * MINUTE_MILLIS, worked[1] * MINUTE_MILLIS))
  })

  it("that only waits does not keep hours unfolded", () => {
    const rows = timelineRows(
      [
        task(1, { phase: "succeeded", startedAt: at(0), endedAt: at(1) } as Partial<TaskDoc>),
        task(2, { phase: "queued" } as Partial<TaskDoc>),
      ],
      10 * HOUR_MILLIS,
    )
    expect(timeScale(busyTimes(rows)).segments.some((segment) => segment.isIdle)).toBe(true)
  })

  it("is joined with what it waits for, from the end of the one to the beginning of the other", () => {
    const rows = timelineRows(
      [
        task(2, { phase: "running", startedAt: at(40), after: ["t1", "elsewhere"] } as unknown as Partial<TaskDoc>),
        task(1, { phase: "succeeded", startedAt: at(10), endedAt: at(30) } as Partial<TaskDoc>),
      ],
      NOW_MILLIS,
    )
    expect(arrowsOf(rows)).toEqual([
      { key: "t1 t2", fromRow: 0, toRow: 1, fromMillis: 30 * MINUTE_MILLIS, toMillis: 40 * MINUTE_MILLIS },
    ])
  })
})

describe("a long timeline", () => {
  it("draws the rows in sight and some around them", () => {
    expect(rowsInSight(0, 320, 32, 1_000, 4)).toEqual({ from: 0, to: 14 })
    expect(rowsInSight(3_200, 320, 32, 1_000, 4)).toEqual({ from: 96, to: 114 })
    expect(rowsInSight(99_999, 320, 32, 10, 4)).toEqual({ from: 10, to: 10 })
  })

  it("draws an arrow forward as an elbow, and one backward around both ends", () => {
    expect(elbow(0, 16, 50, 48, 6)).toBe("M0 16h6V48H50")
    expect(elbow(50, 16, 40, 48, 6)).toBe("M50 16h6V32H34V48H40")
  })
})
