import { ACTIVITY_MAX_BUCKETS } from "@muster/contracts"
import type { ActivityBucket, FeedEvent, HistoryQuery, TeamView } from "@muster/contracts"
import { comparePositions } from "@muster/domain"
import { foldTeamView, hasSignal } from "@muster/projections"
import { millisOf } from "#src/lib/time.ts"
import { REPLAY_CHUNK_EVENTS } from "#src/limits.ts"
import { meets } from "#src/team/history/query.ts"
import type { HistoryFile } from "#src/pages/replay-file/read.ts"
import type { ReplayPort } from "#src/pages/team/replay/port.ts"

/** What happened when, counted as the server counts it. */
export function activityIn(events: ReadonlyArray<FeedEvent>): ReadonlyArray<ActivityBucket> {
  let size = 1
  while (Math.ceil(events.length / size) > ACTIVITY_MAX_BUCKETS) size *= 2
  const items: Array<ActivityBucket> = []
  for (let from = 0; from < events.length; from += size) {
    const own = events.slice(from, from + size)
    const [first, last] = [own[0], own.at(-1)]
    if (first === undefined || last === undefined) break
    const idle = own.map((event, index) => {
      const before = events[from + index - 1]
      return before === undefined ? 0 : millisOf(event.at) - millisOf(before.at)
    })
    items.push({
      first: first.seq,
      last: last.seq,
      firstAt: first.at,
      lastAt: last.at,
      failures: own.filter((event) => hasSignal(event, "failure")).length,
      asks: own.filter((event) => hasSignal(event, "ask")).length,
      human: own.filter((event) => hasSignal(event, "human")).length,
      idleMillis: Math.max(0, ...idle),
    })
  }
  return items
}

/** A history that was read from a file, for replay: the same answers as the server gives, from the file alone. */
export function filePort({ base, events }: HistoryFile): ReplayPort {
  const firstSeq = base.seq + 1
  const head = base.seq + events.length
  const between = (from: number, to: number) => events.slice(Math.max(0, from - firstSeq), Math.max(0, to - base.seq))
  // The team before each piece, made as far as one has come.
  const bases = new Map<number, TeamView>([[Math.floor(base.seq / REPLAY_CHUNK_EVENTS), base]])
  const baseOf = (index: number): TeamView => {
    let at = index
    while (!bases.has(at)) at -= 1
    let view = bases.get(at) ?? base
    for (; at < index; at += 1) {
      view = foldTeamView(view, between(at * REPLAY_CHUNK_EVENTS + 1, (at + 1) * REPLAY_CHUNK_EVENTS))
      bases.set(at + 1, view)
    }
    return view
  }
  const seqAt = (position: string): number =>
    events.findLast((event) => comparePositions(event.position, position) <= 0)?.seq ?? base.seq
  const found = (from: number, direction: 1 | -1, query: HistoryQuery) => {
    const side = direction === 1 ? between(from + 1, head) : between(firstSeq, from - 1).toReversed()
    return side.filter((event) => meets(event, query))
  }
  return {
    firstSeq,
    piece: (where) => {
      const seq = where === "newest" ? head : "seq" in where ? where.seq : seqAt(where.position)
      const within = Math.min(Math.max(seq, firstSeq), head)
      const index = Math.floor((within - 1) / REPLAY_CHUNK_EVENTS)
      const own = between(index * REPLAY_CHUNK_EVENTS + 1, (index + 1) * REPLAY_CHUNK_EVENTS)
      return Promise.resolve({ seq, base: baseOf(index), events: own, head })
    },
    activity: () => Promise.resolve({ head, items: activityIn(events) }),
    nearest: (from, direction, query) => Promise.resolve(found(from, direction, query)[0]),
    seqAt: (position) => Promise.resolve(seqAt(position)),
    look: (from, direction, query, { limit }) => Promise.resolve(found(from, direction, query).slice(0, limit)),
  }
}
