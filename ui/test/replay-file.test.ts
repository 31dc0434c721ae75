import { Blob as NodeBlob } from "node:buffer"
import { type ActivityBucket, EXPORT_FORMAT, EXPORT_VERSION } from "@muster/contracts"
import { emptyTeamView, foldTeamView, hasSignal } from "@muster/projections"
import { describe, expect, it } from "vitest"
import { activityIn, filePort } from "#src/pages/replay-file/port.ts"
import { UnusableFile, readHistoryFile } from "#src/pages/replay-file/read.ts"
import { compare } from "#src/pages/team/replay/compare.ts"
import { lanesOf, seqAtX, xOf } from "#src/pages/team/replay/lanes.ts"
import { makeTape } from "#src/pages/team/replay/tape.ts"
import { REPLAY_CHUNK_EVENTS, REPLAY_GAPS_SHOWN } from "#src/limits.ts"
import { feedOf, teamIdOf } from "./support/history.ts"

const events = feedOf(2_600)
const at = (seq: number) => foldTeamView(emptyTeamView(), events.slice(0, seq))
const teamId = teamIdOf(events)

/** The test environment's own has no streams. */
const blobOf = (parts: ReadonlyArray<string>) => new NodeBlob([...parts]) as unknown as Blob

/** The lines of an export from one event on. */
const linesFrom = (first: number, last = events.length): ReadonlyArray<object> => [
  {
    line: "head",
    format: EXPORT_FORMAT,
    version: EXPORT_VERSION,
    teamId,
    teamName: "Docs",
    exportedAt: "2026-03-02T00:00:00.000Z",
    from: first,
    to: last,
    isWhole: true,
  },
  { line: "state", state: at(first - 1) },
  ...events.slice(first - 1, last).map((event) => ({ line: "event", event })),
  { line: "end", events: last - first + 1 },
]
const fileOf = (lines: ReadonlyArray<unknown>) =>
  blobOf(lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`))
const read = (blob: Blob) => readHistoryFile(blob, () => undefined)
const flawOf = async (blob: Blob): Promise<unknown> => {
  try {
    return await read(blob)
  } catch (error) {
    if (error instanceof UnusableFile) return [error.flaw, error.line]
    throw error
  }
}

describe("an exported history", () => {
  it("is read whole, and tells how far it is on the way", async () => {
    const blob = fileOf(linesFrom(4, 40))
    let bytes = 0
    const file = await readHistoryFile(blob, (done) => (bytes = done))
    expect(file).toMatchObject({ teamName: "Docs", teamId })
    expect(file.events).toEqual(events.slice(3, 40))
    expect(file.base).toEqual(at(3))
    expect(bytes).toBe(blob.size)
  })

  const good = linesFrom(4, 40)
  const without = (line: number) => good.filter((_, index) => index !== line - 1)
  const [head] = good
  it.each([
    ["something else", ["hello"], ["foreign", 1]],
    ["JSON of somebody else", [{ version: 1 }], ["foreign", 1]],
    ["nothing", [], ["foreign", 1]],
    ["a newer format", [{ ...head, version: EXPORT_VERSION + 1 }], ["newer", 1]],
    [
      "chosen events only",
      [
        { ...head, isWhole: false },
        { line: "end", events: 0 },
      ],
      ["selection", 1],
    ],
    ["a damaged line", [...good.slice(0, 5), "{oops", ...good.slice(6)], ["garbage", 6]],
    ["a line that means nothing", [...good.slice(0, 5), { line: "event", event: { seq: 7 } }], ["garbage", 6]],
    ["a state that is none", [head, { line: "state", state: { tasks: 3 } }], ["garbage", 2]],
    ["an event less", without(9), ["gap", 9]],
    ["another count at the end", [...good.slice(0, -1), { line: "end", events: 7 }], ["gap", good.length]],
    ["no end", good.slice(0, -1), ["truncated", good.length - 1]],
    ["a second history behind the first", [...good, ...good], ["garbage", good.length + 1]],
    ["no event", [head, good[1], { line: "end", events: 0 }], ["empty", 0]],
  ])("that holds %s is refused with a reason", async (_, lines, expected) => {
    expect(await flawOf(fileOf(lines))).toEqual(expected)
  })

  it("that was cut off in the middle of a line is refused", async () => {
    const whole = fileOf(good)
    expect(await flawOf(whole.slice(0, whole.size - 9))).toEqual(["truncated", good.length])
    expect(await flawOf(blobOf(["no line at all"]))).toEqual(["foreign", 1])
  })

  it("that is huge is refused before it is read", async () => {
    const huge = { size: 2 ** 40, stream: () => expect.unreachable("it was read") } as unknown as Blob
    expect(await flawOf(huge)).toEqual(["too-large", 0])
  })
})

describe("replay from a file", () => {
  const first = 700
  const port = async () => filePort(await read(fileOf(linesFrom(first))))

  it.each([first, first + 1, REPLAY_CHUNK_EVENTS * 2, REPLAY_CHUNK_EVENTS * 2 + 1, events.length])(
    "shows at event %i what a fold from the beginning gives",
    async (seq) => {
      const frame = await makeTape(await port()).frame(seq)
      expect(frame.view).toEqual(at(seq))
      expect(frame.before).toEqual(at(seq - 1))
    },
  )

  it("finds moments by position, and its ends", async () => {
    const source = await port()
    expect(source.firstSeq).toBe(first)
    expect((await source.piece({ position: events[899]?.position ?? "" })).seq).toBe(900)
    expect(await source.piece("newest")).toMatchObject({ seq: events.length, head: events.length })
    expect((await source.piece({ position: "0" })).seq).toBe(first - 1)
  })

  it("finds the next and the last failure, and none where there is none", async () => {
    const source = await port()
    const failures = events.filter((event) => event.seq >= first && hasSignal(event, "failure"))
    expect(await source.nearest(first, 1, { signal: "failure" })).toEqual(failures.find(({ seq }) => seq > first))
    expect(await source.nearest(events.length + 1, -1, { signal: "failure" })).toEqual(failures.at(-1))
    expect(await source.nearest(first, -1, { signal: "failure" })).toBeUndefined()
  })
})

describe("the lanes above the scrubber", () => {
  const box = { first: 1, head: events.length, width: 800, thumb: 14, barHeight: 22, markHeight: 12 }

  it("place an event where the thumb of the slider stands, and read it back", () => {
    expect(xOf(1, box)).toBe(7)
    expect(xOf(events.length, box)).toBe(793)
    for (const seq of [1, 77, 512, events.length]) expect(seqAtX(xOf(seq, box), box)).toBe(seq)
    expect([seqAtX(-50, box), seqAtX(9_999, box)]).toEqual([1, events.length])
  })

  it("count what happened, in a bounded number of stretches", () => {
    const items = activityIn(events)
    const lanes = lanesOf(items, box)
    expect(items.length).toBeLessThanOrEqual(400)
    expect(lanes.totals.failures).toBe(events.filter((event) => hasSignal(event, "failure")).length)
    expect(lanes.totals.human).toBe(events.filter((event) => hasSignal(event, "human")).length)
    expect(lanes.activity.split("z").length - 1).toBe(items.length)
    for (const path of [lanes.activity, lanes.failures, lanes.asks, lanes.human]) expect(path).not.toMatch(/NaN|Inf/)
  })

  it("tell of the longest waits, and of no short ones", () => {
    const hour = 60 * 60_000
    const bucket = (n: number, idleMillis: number): ActivityBucket => ({
      first: n,
      last: n,
      firstAt: "2026-03-01T12:00:00.000Z",
      lastAt: "2026-03-01T12:00:00.000Z",
      failures: 0,
      asks: 0,
      human: 0,
      idleMillis,
    })
    const items = Array.from({ length: 20 }, (_, index) => bucket(index + 1, index === 0 ? 500 : index * hour))
    const { gaps } = lanesOf(items, { ...box, head: 20 })
    expect(gaps.map(({ millis }) => millis / hour)).toEqual([14, 15, 16, 17, 18, 19])
    expect(gaps).toHaveLength(REPLAY_GAPS_SHOWN)
  })
})

describe("two moments", () => {
  it("are told from the earlier to the later one, by the thing that changed", () => {
    const [early, late] = [
      { seq: 300, view: at(300) },
      { seq: 420, view: at(420) },
    ]
    const forth = compare(early, late)
    expect(forth).toEqual(compare(late, early))
    expect([forth.earlier, forth.later]).toEqual([300, 420])
    expect(forth.things.length).toBeGreaterThan(1)
    const names = forth.things.map(({ taskId, subject }) => taskId ?? subject)
    expect(new Set(names).size).toBe(names.length)
    for (const { changes } of forth.things) for (const change of changes) expect(change.from).not.toBe(change.to)
  })

  it("that are the same show nothing", () => {
    const moment = { seq: 300, view: at(300) }
    expect(compare(moment, moment).things).toEqual([])
  })
})
