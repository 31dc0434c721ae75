import type { FeedEvent, TeamView } from "@muster/contracts"
import { emptyTeamView, foldTeamView } from "@muster/projections"
import { REPLAY_CHUNK_EVENTS, REPLAY_CHUNKS_KEPT } from "#src/limits.ts"

/** What replay asks of the server. */
export interface TapePort {
  readonly stateAt: (position: string) => Promise<TeamView>
  /** Events in the order of their seq, beginning behind `after`. */
  readonly eventsAfter: (after: number, limit: number) => Promise<ReadonlyArray<FeedEvent>>
}

/** The team right after one event, and right before it. */
export interface Frame {
  readonly seq: number
  readonly event: FeedEvent
  readonly view: TeamView
  readonly before: TeamView
  /** The events around it that are at hand, oldest first. */
  readonly around: ReadonlyArray<FeedEvent>
}

/** The history does not go as far as this event. */
export class NoSuchEvent extends Error {
  readonly _tag = "NoSuchEvent"
  readonly seq: number
  constructor(seq: number) {
    super(`the history has no event ${seq}`)
    this.seq = seq
  }
}

interface Chunk {
  readonly events: ReadonlyArray<FeedEvent>
  /** The team before the first of these events. */
  readonly base: TeamView
}

export interface Tape {
  /** Rejects with NoSuchEvent, or with what the port rejects with. */
  readonly frame: (seq: number) => Promise<Frame>
}

const chunkOf = (seq: number): number => Math.floor((seq - 1) / REPLAY_CHUNK_EVENTS)

/**
 * Any moment of a team's history. It is cut into chunks of equal length; a chunk is its events and the team before
 * them, so that a jump within it costs a fold and no request. The fold is the one that the live view uses.
 */
export function makeTape(port: TapePort): Tape {
  const chunks = new Map<number, Promise<Chunk>>()

  const load = async (index: number): Promise<Chunk> => {
    const after = index * REPLAY_CHUNK_EVENTS
    // The event before the first one tells the position to ask the state of.
    const events = await port.eventsAfter(Math.max(0, after - 1), REPLAY_CHUNK_EVENTS + (after === 0 ? 0 : 1))
    if (after === 0) return { events, base: emptyTeamView() }
    const [previous, ...own] = events
    if (previous === undefined) throw new NoSuchEvent(after)
    return { events: own, base: await port.stateAt(previous.position) }
  }
  const chunk = (index: number): Promise<Chunk> => {
    const known = chunks.get(index)
    chunks.delete(index)
    const next =
      known ??
      load(index).catch((error: unknown) => {
        chunks.delete(index)
        throw error
      })
    chunks.set(index, next)
    const oldest = chunks.keys().next()
    if (chunks.size > REPLAY_CHUNKS_KEPT && oldest.done === false) chunks.delete(oldest.value)
    return next
  }

  return {
    frame: async (seq) => {
      const index = chunkOf(seq)
      let found = await chunk(index)
      // The newest chunk was read before this event came: it is read again.
      if (!found.events.some((event) => event.seq === seq)) {
        chunks.delete(index)
        found = await chunk(index)
      }
      const at = found.events.findIndex((event) => event.seq === seq)
      const event = found.events[at]
      if (event === undefined) throw new NoSuchEvent(seq)
      const before = foldTeamView(found.base, found.events.slice(0, at))
      return { seq, event, before, view: foldTeamView(before, [event]), around: found.events }
    },
  }
}
