import { historyOf } from "@muster/projections/testing"
import { catalogue, isTaskEventType, foldTask, type RecordedEvent } from "@muster/domain"
import { expect, it } from "vitest"
import { feedOf } from "./feed.ts"

const many = Array.from({ length: 24_000 }, (_, n) => Math.imul(n, 0x9e3779b1) >>> 0)

it("a made-up history holds every type of event there is, and one nobody knows", () => {
  const types = new Set(historyOf(many).map(({ event }) => event.type))
  expect([...types].toSorted()).toEqual([...Object.keys(catalogue), "WeatherChanged"].toSorted())
})

it("a made-up history is one the domain can fold, unless it was poisoned", () => {
  const tasksOf = (poison: boolean) =>
    Map.groupBy(
      feedOf(historyOf(many, { poison })).filter((event) => isTaskEventType(event.type)),
      (event) => event.stream,
    )
  const fold = (streams: ReturnType<typeof tasksOf>) => {
    for (const events of streams.values()) foldTask(events as unknown as readonly RecordedEvent[])
  }
  expect(() => fold(tasksOf(false))).not.toThrow()
  expect(() => fold(tasksOf(true))).toThrow(/cannot/iu)
})

it("equal choices give equal histories, another number other ids", () => {
  expect(historyOf([1, 2, 3])).toEqual(historyOf([1, 2, 3]))
  const [one, two] = [historyOf([1, 2, 3]), historyOf([1, 2, 3], { number: 1 })].map(
    (events) => new Set(events.map(({ event }) => event.id)),
  )
  expect(one?.isDisjointFrom(two ?? new Set())).toBe(true)
})
