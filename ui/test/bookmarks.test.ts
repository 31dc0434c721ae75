import { ClientUnreachable } from "@muster/client"
import type { BookmarkDoc } from "@muster/contracts"
import { createRoot, createSignal } from "solid-js"
import { describe, expect, it, vi } from "vitest"
import { filePort } from "#src/pages/replay-file/port.ts"
import { BOOKMARK_MARK_PIXELS, BOOKMARK_READS_AT_ONCE } from "#src/limits.ts"
import { aimOf, bookmarkBeside, marksOf, within } from "#src/pages/team/replay/bookmark-marks.ts"
import type { PlacedBookmark } from "#src/pages/team/replay/bookmark-marks.ts"
import { xOf } from "#src/pages/team/replay/lanes.ts"
import { createPlacedBookmarks } from "#src/pages/team/replay/placed-bookmarks.ts"
import { emptyTeamView, foldTeamView } from "@muster/projections"
import { feedOf, teamIdOf } from "./support/history.ts"

const bookmark = (name: string, moment: string): BookmarkDoc =>
  ({
    id: name,
    name,
    moment,
    by: { kind: "person", id: "ada" },
    at: "2026-03-01T12:00:00.000Z",
  }) as unknown as BookmarkDoc
const at = (seq: number): PlacedBookmark => ({ bookmark: bookmark(`at ${seq}`, String(seq)), seq })
const seqs = (placed: ReadonlyArray<PlacedBookmark>) => placed.map(({ seq }) => seq)
const track = { first: 1, head: 1_000, width: 1_000, thumb: 14 }

describe("bookmarks above the slider", () => {
  it("stand where the slider has its thumb at their moment", () => {
    const placed = [at(1), at(500), at(1_000)]
    expect(marksOf(placed, track, BOOKMARK_MARK_PIXELS).map(({ x }) => x)).toEqual(
      placed.map(({ seq }) => xOf(seq, track)),
    )
  })

  it("are never so near that one press could mean two: those share a mark, and none is lost", () => {
    const placed = [at(10), at(12), at(300), at(310), at(330), at(700)]
    for (const width of [160, 320, 1_360]) {
      const marks = marksOf(placed, { ...track, width }, BOOKMARK_MARK_PIXELS)
      const gaps = marks.slice(1).map(({ x }, index) => x - (marks[index]?.x ?? 0))
      expect(gaps.filter((gap) => gap < BOOKMARK_MARK_PIXELS)).toEqual([])
      expect(marks.flatMap(({ items }) => seqs(items))).toEqual(seqs(placed))
    }
    expect(marksOf(placed, track, BOOKMARK_MARK_PIXELS).map(({ items }) => items.length)).toEqual([2, 2, 1, 1])
  })

  it("are those that the slider reaches, and no others", () => {
    const placed = [at(3), at(40), at(90)]
    expect(seqs(within(placed, { first: 40, head: 89 }))).toEqual([40])
    expect(marksOf(placed, { ...track, first: 40, head: 89 }, BOOKMARK_MARK_PIXELS)).toHaveLength(1)
  })

  it("lead, pressed again and again, to each that shares a mark", () => {
    const mark = { x: 0, items: [at(10), at(12), at(15)] }
    const way = [1, 10, 12, 15].map((seq) => aimOf(mark, seq)?.seq)
    expect(way).toEqual([10, 12, 15, 10])
  })

  it("are gone to one by one from where one stands, in both directions, and there is an end", () => {
    const placed = [at(10), at(12), at(700)]
    const beside = (seq: number, direction: 1 | -1) => bookmarkBeside(placed, seq, direction)?.seq
    expect([beside(11, 1), beside(12, 1), beside(700, 1)]).toEqual([12, 700, undefined])
    expect([beside(11, -1), beside(700, -1), beside(10, -1)]).toEqual([10, 12, undefined])
  })
})

describe("the place of a bookmark in the history", () => {
  it("is asked for once, a few at a time, and put in the order of the history", async () => {
    await createRoot(async (dispose) => {
      const [list, setList] = createSignal<ReadonlyArray<BookmarkDoc>>(
        Array.from({ length: 12 }, (_, n) => bookmark(`b${n}`, String(100 - n))),
      )
      let open = 0
      let most = 0
      const asked: Array<string> = []
      const seqAt = async (position: string) => {
        asked.push(position)
        open += 1
        most = Math.max(most, open)
        await Promise.resolve()
        open -= 1
        return Number(position)
      }
      const { placed, failure } = createPlacedBookmarks(list, seqAt)
      await vi.waitFor(() => expect(placed()).toHaveLength(12))
      expect(seqs(placed())).toEqual(seqs(placed()).toSorted((a, b) => a - b))
      expect(most).toBe(BOOKMARK_READS_AT_ONCE)
      setList((before) => [...before.slice(1), bookmark("new", "7"), bookmark("same moment", "95")])
      await vi.waitFor(() => expect(placed().map(({ bookmark: { name } }) => name)).toContain("new"))
      expect(placed().map(({ bookmark: { name } }) => name)).toContain("same moment")
      expect(placed()).toHaveLength(13)
      expect(asked).toHaveLength(13)
      expect(failure()).toBeUndefined()
      dispose()
    })
  })

  it("that could not be read keeps back that one alone, is told of, and is asked for again with the next change", async () => {
    await createRoot(async (dispose) => {
      const [list, setList] = createSignal([bookmark("a", "1"), bookmark("b", "2")])
      let isDown = true
      const seqAt = (position: string) =>
        position === "1" && isDown
          ? Promise.reject(new ClientUnreachable({ idempotencyKey: undefined, cause: "down" }))
          : Promise.resolve(Number(position))
      const { placed, failure } = createPlacedBookmarks(list, seqAt)
      await vi.waitFor(() => expect(failure()).toBeDefined())
      await vi.waitFor(() => expect(seqs(placed())).toEqual([2]))
      isDown = false
      setList((before) => [...before, bookmark("c", "3")])
      await vi.waitFor(() => expect(seqs(placed())).toEqual([1, 2, 3]))
      expect(failure()).toBeUndefined()
      dispose()
    })
  })

  it("is found in a file as well: the last event at or before it, and none before the file begins", async () => {
    const events = feedOf(300)
    const base = foldTeamView(emptyTeamView(), events.slice(0, 20))
    const about = { teamId: teamIdOf(events), teamName: "Crew", exportedAt: "2026-03-02T00:00:00.000Z" }
    const port = filePort({ ...about, base, events: events.slice(20) })
    const position = (seq: number) => Number(events[seq - 1]?.position)
    expect(await port.seqAt(String(position(50)))).toBe(50)
    expect(await port.seqAt(String(position(51) - 1))).toBe(50)
    expect(await port.seqAt(String(position(5)))).toBeLessThan(port.firstSeq)
  })
})
