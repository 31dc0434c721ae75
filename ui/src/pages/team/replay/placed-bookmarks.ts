import type { BookmarkDoc } from "@muster/contracts"
import { createEffect, createMemo, createSignal, onCleanup, untrack } from "solid-js"
import type { Accessor } from "solid-js"
import type { Failure } from "#src/api/failure.ts"
import { BOOKMARK_READS_AT_ONCE } from "#src/limits.ts"
import type { PlacedBookmark } from "#src/pages/team/replay/bookmark-marks.ts"
import { failureFrom } from "#src/pages/team/replay/player.ts"

export interface PlacedBookmarks {
  /** In the order of the history; those whose place is not known yet are missing. */
  readonly placed: Accessor<ReadonlyArray<PlacedBookmark>>
  /** Why some could not be placed. They are asked for again when the list changes. */
  readonly failure: Accessor<Failure | undefined>
}

/**
 * Where bookmarks stand in a history: they name positions of the log, and the slider counts events of the team. What a
 * position means never changes, so each is asked for once, a few at a time.
 */
export function createPlacedBookmarks(
  list: Accessor<ReadonlyArray<BookmarkDoc>>,
  seqAt: (position: string) => Promise<number>,
): PlacedBookmarks {
  const [seqs, setSeqs] = createSignal<ReadonlyMap<string, number>>(new Map())
  const [failure, setFailure] = createSignal<Failure>()
  const asked = new Set<string>()
  const left: Array<string> = []
  let workers = 0
  let isGone = false
  onCleanup(() => {
    isGone = true
    left.length = 0
  })

  const place = async (moment: string) => {
    try {
      const seq = await seqAt(moment)
      if (!isGone) setSeqs((before) => new Map(before).set(moment, seq))
    } catch (error) {
      asked.delete(moment)
      if (!isGone) setFailure(failureFrom(error))
    }
  }
  const work = async () => {
    workers += 1
    for (let moment = left.shift(); moment !== undefined; moment = left.shift()) {
      // One after the other within a worker; a few workers at once.
      // eslint-disable-next-line no-await-in-loop
      await place(moment)
    }
    workers -= 1
  }
  createEffect(() => {
    const news = new Set(list().map(({ moment }) => moment as string))
    untrack(() => {
      for (const moment of asked) news.delete(moment)
      if (news.size === 0) return
      setFailure(undefined)
      for (const moment of news) asked.add(moment)
      left.push(...news)
      for (let more = Math.min(left.length, BOOKMARK_READS_AT_ONCE - workers); more > 0; more -= 1) void work()
    })
  })

  const placed = createMemo(() =>
    list()
      .flatMap((bookmark): ReadonlyArray<PlacedBookmark> => {
        const seq = seqs().get(bookmark.moment)
        return seq === undefined ? [] : [{ bookmark, seq }]
      })
      .toSorted((a, b) => a.seq - b.seq),
  )
  return { placed, failure }
}
