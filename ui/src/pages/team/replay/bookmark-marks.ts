import type { BookmarkDoc } from "@muster/contracts"
import { xOf } from "#src/pages/team/replay/lanes.ts"
import type { Track } from "#src/pages/team/replay/lanes.ts"

/** A named moment and the feed number of the event it stands at. */
export interface PlacedBookmark {
  readonly bookmark: BookmarkDoc
  readonly seq: number
}

/** What stands above one place of the slider: mostly one bookmark, several where they are too near to be hit one by one. */
export interface BookmarkMark {
  /** Of the first of them, in pixels. */
  readonly x: number
  /** Oldest moment first; never empty. */
  readonly items: ReadonlyArray<PlacedBookmark>
}

/** Those that the slider reaches: the history of a file has a beginning, and the page may not have come to the newest. */
export const within = (
  placed: ReadonlyArray<PlacedBookmark>,
  { first, head }: Pick<Track, "first" | "head">,
): ReadonlyArray<PlacedBookmark> => placed.filter(({ seq }) => seq >= first && seq <= head)

/**
 * The marks over a slider, none nearer to the next than a press needs.
 * @param placed in the order of the history
 * @param apart pixels from one mark to the next
 */
export function marksOf(
  placed: ReadonlyArray<PlacedBookmark>,
  track: Track,
  apart: number,
): ReadonlyArray<BookmarkMark> {
  const marks: Array<{ readonly x: number; readonly items: Array<PlacedBookmark> }> = []
  for (const item of within(placed, track)) {
    const x = xOf(item.seq, track)
    const last = marks.at(-1)
    if (last !== undefined && x - last.x < apart) last.items.push(item)
    else marks.push({ x, items: [item] })
  }
  return marks
}

/** Where a press on a mark leads from a moment: to the next of its bookmarks, and from the last one to the first again. */
export const aimOf = ({ items }: BookmarkMark, seq: number): PlacedBookmark | undefined =>
  items.find((item) => item.seq > seq) ?? items[0]

/** The nearest bookmark behind or before a moment. */
export const bookmarkBeside = (
  placed: ReadonlyArray<PlacedBookmark>,
  seq: number,
  direction: 1 | -1,
): PlacedBookmark | undefined =>
  direction === 1 ? placed.find((item) => item.seq > seq) : placed.findLast((item) => item.seq < seq)
