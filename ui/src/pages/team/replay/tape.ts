import type { FeedEvent, TeamView } from "@muster/contracts"
import { foldTeamView } from "@muster/projections"
import { keepDocuments } from "#src/pages/team/replay/same-documents.ts"
import { REPLAY_CHECKPOINT_EVENTS, REPLAY_CHUNK_EVENTS, REPLAY_CHUNKS_KEPT } from "#src/limits.ts"

/** A piece of the history: its events, and the team before the first of them. */
export interface Piece {
  /** The feed number that was asked for; 0 before the beginning. */
  readonly seq: number
  readonly base: TeamView
  readonly events: ReadonlyArray<FeedEvent>
  /** How far the history reaches by now. */
  readonly head: number
}

/** Which piece: the one of an event, the one of a position, or the newest. */
export type Where = { readonly seq: number } | { readonly position: string } | "newest"

/** What replay asks of whoever has the history: the server, or a file. */
export interface TapePort {
  /** Feed number of the oldest event there is: 1, but for a part of a history in a file. */
  readonly firstSeq: number
  readonly piece: (where: Where) => Promise<Piece>
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

export interface Tape {
  /**
   * A moment. What says the same as in another one that is in sight is the same object, so that only what changed is drawn anew, and
   * the moment beside it costs one event. Rejects with NoSuchEvent, or with what the port rejects with.
   */
  readonly frame: (seq: number, inSight?: Frame) => Promise<Frame>
  /** The feed number of a position (of the newest event without one), and how far the history reaches. */
  readonly find: (position: string | undefined) => Promise<{ readonly seq: number; readonly headSeq: number }>
  /** Reads ahead what is likely to be asked for next. Never fails: what could not be read is read when it is asked for. */
  readonly warm: (seq: number) => void
}

interface Chunk {
  readonly events: ReadonlyArray<FeedEvent>
  /** The team after so many of these events. */
  readonly after: (count: number) => TeamView
}

const chunkOf = (seq: number): number => Math.floor((seq - 1) / REPLAY_CHUNK_EVENTS)

/** Keeps the team every few events, so that a step anywhere in the piece folds only what lies between. */
function chunkFrom({ base, events }: Piece): Chunk {
  const kept: Array<TeamView> = [base]
  return {
    events,
    after: (count) => {
      const nearest = Math.floor(count / REPLAY_CHECKPOINT_EVENTS)
      let view = kept[Math.min(nearest, kept.length - 1)] ?? base
      while (kept.length <= nearest) {
        const from = (kept.length - 1) * REPLAY_CHECKPOINT_EVENTS
        view = foldTeamView(view, events.slice(from, from + REPLAY_CHECKPOINT_EVENTS))
        kept.push(view)
      }
      const rest = events.slice(nearest * REPLAY_CHECKPOINT_EVENTS, count)
      return rest.length === 0 ? view : foldTeamView(view, rest)
    },
  }
}

/** The team before and after an event, from the team before it and from the moment in sight. */
function bothSides(
  event: FeedEvent,
  before: () => TeamView,
  inSight: Frame | undefined,
): Pick<Frame, "before" | "view"> {
  if (inSight === undefined) {
    const was = before()
    return { before: was, view: foldTeamView(was, [event]) }
  }
  if (event.seq === inSight.seq) return { before: inSight.before, view: inSight.view }
  if (event.seq === inSight.seq + 1) return { before: inSight.view, view: foldTeamView(inSight.view, [event]) }
  if (event.seq === inSight.seq - 1) return { before: keepDocuments(before(), inSight.before), view: inSight.before }
  const was = keepDocuments(before(), inSight.view)
  return { before: was, view: keepDocuments(foldTeamView(was, [event]), inSight.view) }
}

/**
 * Any moment of a team's history. It is cut into chunks of equal length; a chunk is its events and the team before
 * them, so that a jump within it costs a fold and no request. The fold is the one that the live view uses.
 */
export function makeTape(port: TapePort): Tape {
  const chunks = new Map<number, Promise<Chunk>>()

  const keep = (index: number, chunk: Promise<Chunk>): Promise<Chunk> => {
    chunks.delete(index)
    chunks.set(index, chunk)
    const oldest = chunks.keys().next()
    if (chunks.size > REPLAY_CHUNKS_KEPT && oldest.done === false) chunks.delete(oldest.value)
    return chunk
  }
  const load = (index: number): Promise<Chunk> =>
    port
      .piece({ seq: index * REPLAY_CHUNK_EVENTS + 1 })
      .then(chunkFrom)
      .catch((error: unknown) => {
        chunks.delete(index)
        throw error
      })
  const chunk = (index: number): Promise<Chunk> => keep(index, chunks.get(index) ?? load(index))

  return {
    find: async (position) => {
      const piece = await port.piece(position === undefined ? "newest" : { position })
      void keep(chunkOf(Math.max(1, piece.seq)), Promise.resolve(chunkFrom(piece)))
      return { seq: piece.seq, headSeq: piece.head }
    },
    frame: async (seq, inSight) => {
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
      return { seq, event, around: found.events, ...bothSides(event, () => found.after(at), inSight) }
    },
    warm: (seq) => {
      const index = chunkOf(seq)
      if (index < 0 || chunks.has(index)) return
      // Whoever needs the chunk later asks again and is told what is wrong.
      void chunk(index).catch(() => chunks.delete(index))
    },
  }
}
