import type { ActivityBucket, FeedEvent, HistoryQuery } from "@muster/contracts"
import { reads } from "#src/api/reads.ts"
import type { Look } from "#src/team/history/related-events.ts"
import type { TapePort } from "#src/pages/team/replay/tape.ts"

/** All that replay asks of whoever has the history. Nothing here can change anything. */
export interface ReplayPort extends TapePort {
  readonly activity: () => Promise<{ readonly head: number; readonly items: ReadonlyArray<ActivityBucket> }>
  /** The nearest event behind or before one that meets conditions, however far; undefined when there is none. */
  readonly nearest: (from: number, direction: 1 | -1, query: HistoryQuery) => Promise<FeedEvent | undefined>
  readonly look: Look
  /** Feed number of the last event at or before a position; below `firstSeq` when there is none. */
  readonly seqAt: (position: string) => Promise<number>
}

const edgeOf = (from: number, direction: 1 | -1) => (direction === 1 ? { after: from } : { before: from })

/** The history of a team as the server has it. */
export function serverPort(team: string): ReplayPort {
  const params = { team }
  return {
    firstSeq: 1,
    piece: (where) =>
      reads.readTape({
        params,
        query: where === "newest" ? {} : "seq" in where ? { seq: where.seq } : { at: where.position },
      }),
    activity: () => reads.readActivity({ params }),
    nearest: async (from, direction, query) => {
      for (let edge = from; ;) {
        if (direction === -1 && edge <= 1) return undefined
        const look = { ...query, ...edgeOf(edge, direction), limit: 1 }
        const { items, reached, isEnd } = await reads.searchHistory({ params, query: look })
        if (items[0] !== undefined || isEnd) return items[0]
        edge = reached
      }
    },
    look: async (from, direction, query, bounds) => {
      if (direction === -1 && from <= 1) return []
      const look = { ...query, ...edgeOf(from, direction), ...bounds }
      return (await reads.searchHistory({ params, query: look })).items
    },
    seqAt: async (position) => {
      const query = { at: position, limit: 1, within: 1 }
      return (await reads.searchHistory({ params, query })).items[0]?.seq ?? 0
    },
  }
}
