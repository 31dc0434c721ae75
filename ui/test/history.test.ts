import { emptyTeamView, foldTeamView } from "@muster/projections"
import type { FeedEvent } from "@muster/contracts"
import { catalogue } from "@muster/domain"
import { describe, expect, it } from "vitest"
import { en } from "#src/i18n/en.ts"
import { failureWords } from "#src/team/history/failure-words.ts"
import { sentenceOf } from "#src/team/history/sentence.ts"
import { keepEqual, timelineOf } from "#src/team/task/timeline.ts"
import { usageText } from "#src/team/task/usage.ts"
import { feedOf } from "./support/history.ts"

const events = feedOf(1_500)
const view = foldTeamView(emptyTeamView(), events)

describe("the sentence of an event", () => {
  it("exists for every type that there is", () => {
    const types = new Set(Object.keys(en).flatMap((key) => /^event\.([A-Z]\w+)/.exec(key)?.[1] ?? []))
    expect(Object.keys(catalogue).filter((type) => !types.has(type))).toEqual([])
  })

  it("is filled in for everything that a team can live through", () => {
    const told = new Set(events.map((event) => event.type))
    expect(told.size).toBeGreaterThan(25)
    for (const event of events) {
      const sentence = sentenceOf(event, view)
      expect(sentence.trim()).not.toBe("")
      expect(sentence).not.toMatch(/\{\{|undefined|\[object|NaN/)
    }
  })

  it("names a type that a newer version wrote, and does not fail", () => {
    const strange: FeedEvent = { ...(events[0] as FeedEvent), type: "TaskTeleported", data: { to: "Mars" } }
    expect(sentenceOf(strange, view)).toBe("TaskTeleported")
  })

  it("puts reasons in words, and leaves unknown ones as they are", () => {
    expect(failureWords("time-limit")).toBe("It took longer than its time limit")
    expect(failureWords("solar-flare")).toBe("solar-flare")
  })
})

describe("the timeline of a task", () => {
  const ofTask = (stream: string) => events.filter((event) => event.stream === stream)
  const streams = [...new Set(events.flatMap((event) => (event.stream.startsWith("task-") ? [event.stream] : [])))]

  it("tells everything but progress, steps and usage event by event, in order", () => {
    const FOLDED = ["TaskProgressed", "TaskStepRecorded", "TaskUsageRecorded"]
    for (const stream of streams) {
      const told = timelineOf(ofTask(stream), view).map((moment) => moment.key)
      const others = ofTask(stream).filter((event) => !FOLDED.includes(event.type))
      expect(told.filter((key) => others.some((event) => event.id === key))).toEqual(others.map((event) => event.id))
    }
  })

  it("makes one moment of progress reports in a row, with the last percentage", () => {
    const [template] = events.filter((event) => event.type === "TaskProgressed")
    const report = (seq: number, percent: number): FeedEvent => ({
      ...(template as FeedEvent),
      id: `id-${seq}`,
      seq,
      data: { ...(template?.data as object), seq, percent },
    })
    const moments = timelineOf([report(1, 10), report(2, 40), report(3, 62)], view)
    expect(moments.map((moment) => moment.text)).toEqual(["3 progress reports, up to 62 %"])
  })
})

describe("the steps of an agent in the timeline", () => {
  const [template] = events.filter((event) => event.type === "TaskStepRecorded")
  const begin = Date.parse("2026-01-01T00:00:00.000Z")
  const event = (seq: number, type: string, data: object): FeedEvent => ({
    ...(template as FeedEvent),
    id: `id-${seq}`,
    seq,
    type,
    at: new Date(begin + seq * 1_000).toISOString(),
    data,
  })
  const { assignmentId } = (template as FeedEvent).data as { readonly assignmentId: string }
  const step = (seq: number, stepId: string, status: string, more: object = {}) =>
    event(seq, "TaskStepRecorded", {
      assignmentId,
      seq,
      step: { stepId, kind: "tool", status, title: `does ${stepId}`, ...more },
    })
  const steps = (of: ReadonlyArray<FeedEvent>) =>
    timelineOf(of, view).map((moment) => [moment.key, moment.step?.status, moment.step?.durationMillis])

  it("are one moment each, where they began, with how they ended and how long they took", () => {
    const told = [step(1, "a", "running"), step(2, "b", "running"), step(4, "a", "completed", { detail: "x" })]
    expect(steps(told)).toEqual([
      ["id-1", "completed", 3_000],
      ["id-2", "running", undefined],
    ])
    expect(timelineOf(told, view)[0]?.step).toMatchObject({ title: "does a", detail: "x" })
  })

  it("are interrupted when their attempt ends, and the next attempt has steps of its own", () => {
    const lost = event(3, "TaskLeaseExpired", { assignmentId, lastHeardAt: null, reason: "no-heartbeat" })
    expect(steps([step(1, "a", "running"), lost, step(4, "a", "running")])).toEqual([
      ["id-1", "interrupted", undefined],
      ["id-3", undefined, undefined],
      ["id-4", "running", undefined],
    ])
  })

  it("stay the same objects while they say the same, so that the page keeps what is unfolded", () => {
    const first = timelineOf([step(1, "a", "completed"), step(2, "b", "running")], view)
    const next = keepEqual(
      first,
      timelineOf([step(1, "a", "completed"), step(2, "b", "running"), step(3, "b", "failed")], view),
    )
    expect(next[0]).toBe(first[0])
    expect(next[1]).not.toBe(first[1])
  })
})

describe("what work cost", () => {
  it("is said in tokens, and in money where it is known", () => {
    expect(usageText({ inputTokens: 12_345, outputTokens: 7 })).toBe("12.3K tokens in, 7 out")
    expect(usageText({ inputTokens: 1, outputTokens: 1, costMicros: 1_250_000 })).toBe("1 tokens in, 1 out, $1.25")
    expect(usageText({ inputTokens: 1, outputTokens: 1, costMicros: 1_200 })).toBe("1 tokens in, 1 out, $0.0012")
    expect(usageText({ inputTokens: 1, outputTokens: 1, isAtLeast: true })).toBe("at least 1 tokens in, 1 out")
  })
})
