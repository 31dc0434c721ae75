import type { FeedEvent, TaskDoc } from "@muster/contracts"
import { describe, expect, it } from "vitest"
import { asLivePane, newestEvents, paneToMaximise } from "#src/pages/team/live-model.ts"
import { LAG_KNOWN_MILLIS, LAG_SAMPLES } from "#src/limits.ts"
import { statusView } from "#src/shell/status-model.ts"
import { createLagMeter } from "#src/team/lag.ts"
import { lastLine } from "#src/team/members/last-line.ts"
import { midnightBefore, todayOf } from "#src/team/members/today.ts"

describe("the events of the live page", () => {
  const event = (seq: number) => ({ seq, id: `e${seq}` }) as unknown as FeedEvent
  const seqs = (events: ReadonlyArray<FeedEvent>) => events.map(({ seq }) => seq)

  it("are the newest first, each once, whatever came first: what was read or what came live", () => {
    const read = [event(3), event(2), event(1)]
    const live = [event(3), event(4)]
    expect(seqs(newestEvents(live, read, 10))).toEqual([4, 3, 2, 1])
    expect(seqs(newestEvents(read, live, 10))).toEqual([4, 3, 2, 1])
  })

  it("are let go of beyond so many", () => {
    expect(seqs(newestEvents([event(1), event(2)], [event(3)], 2))).toEqual([3, 2])
  })
})

describe("the pane that gets the page", () => {
  it("is the one with the focus, else the one below the pointer, else the chat", () => {
    expect(paneToMaximise("members", "work")).toBe("members")
    expect(paneToMaximise(undefined, "work")).toBe("work")
    expect(paneToMaximise(undefined, undefined)).toBe("chat")
    expect([asLivePane("desktop"), asLivePane("rail"), asLivePane(undefined)]).toEqual([
      "desktop",
      undefined,
      undefined,
    ])
  })
})

describe("a member's day", () => {
  const MIDNIGHT = Date.UTC(2026, 10, 21)
  const at = (hours: number) => new Date(MIDNIGHT + hours * 3_600_000).toISOString()
  const usage = (n: number, costMicros?: number) => ({
    inputTokens: n,
    outputTokens: n,
    ...(costMicros === undefined ? {} : { costMicros }),
  })
  const run = (number: number, memberId: string, hours: number, used: number | null) => ({
    run: number,
    memberId,
    endedAt: at(hours),
    usage: used === null ? null : usage(used),
  })
  const task = (part: object): TaskDoc =>
    ({ run: 1, memberId: "ada", usage: null, runs: [], ...part }) as unknown as TaskDoc

  it("is what its runs cost that ended since midnight or go on, and how many ended", () => {
    const tasks = [
      task({ runs: [run(1, "ada", 2, 10)], usage: usage(10) }),
      task({ runs: [run(1, "ada", -1, 1_000)], usage: usage(1_000) }),
      task({ run: 2, usage: usage(5, 20), runs: [run(1, "bob", 1, 3)] }),
      task({ memberId: "bob", runs: [run(1, "bob", 3, null)] }),
      task({ memberId: null, usage: usage(99) }),
    ]
    const days = todayOf(tasks, MIDNIGHT)
    expect(days.get("ada")).toEqual({ ended: 1, usage: { inputTokens: 15, outputTokens: 15, costMicros: 20 } })
    expect(days.get("bob")).toEqual({ ended: 2, usage: { inputTokens: 3, outputTokens: 3 } })
    expect(days.size).toBe(2)
  })

  it("begins at the midnight of the clock that looks", () => {
    const midnight = midnightBefore(Date.now())
    expect(new Date(midnight).getHours()).toBe(0)
    expect(Date.now() - midnight).toBeLessThan(25 * 3_600_000)
  })
})

describe("the lag of the live stream", () => {
  it("is how much later than the quickest an event came, whatever the two clocks say", () => {
    const meter = createLagMeter()
    expect(meter.lagAt(0)).toBeUndefined()
    // Our clock is an hour behind the server's.
    const ours = -3_600_000
    meter.note(1_000, ours + 1_050)
    expect(meter.lagAt(ours + 1_050)).toBe(0)
    meter.note(2_000, ours + 2_450)
    expect(meter.lagAt(ours + 2_450)).toBe(400)
  })

  it("is not told any more when nothing came for a while, and forgets the events of long ago", () => {
    const meter = createLagMeter()
    meter.note(0, 10)
    for (let n = 1; n <= LAG_SAMPLES; n++) meter.note(n * 1_000, n * 1_000 + 500)
    const last = LAG_SAMPLES * 1_000 + 500
    expect(meter.lagAt(last)).toBe(0)
    expect(meter.lagAt(last + LAG_KNOWN_MILLIS + 1)).toBeUndefined()
  })

  it("stands beside the position, in tenths of a second", () => {
    expect(statusView({ kind: "live", position: "48213", lagMillis: 370 }, 0).detail).toBe("position 48,213, 0.4 s")
    expect(statusView({ kind: "live", position: "48213" }, 0).detail).toBe("position 48,213")
  })
})

describe("the last line of an output", () => {
  const of = (text: string) => lastLine(new TextEncoder().encode(text))
  it.each([
    ["one\ntwo\n\n", "two"],
    ["progress 10 %\rprogress 90 %\r", "progress 90 %"],
    ["\u001b[32mdone\u001b[0m\n", "done"],
    ["", ""],
    ["  \n", ""],
  ])("%j ends with %j", (text, line) => expect(of(text)).toBe(line))
})
