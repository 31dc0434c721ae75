import { type Loaded, type Position, type RecordedEvent, START } from "@muster/domain"
import type { EventStore } from "@muster/event-store"
import { Lru } from "#src/commands/lru.ts"
import { COMMANDS_KEPT_PER_STREAM, STREAM_CACHE_ENTRIES, STREAM_PAGE_EVENTS } from "#src/limits.ts"

/** What a command of the past came to in one stream. */
export interface PastCommand {
  readonly firstEventId: string
  readonly lastPosition: Position
}

/** A stream as it was read: its folded state, and what is needed to answer repeated commands. */
export interface StreamDoc<S> extends Loaded<S> {
  /** Position of its last event, "0" when there is none. */
  readonly position: Position
  /** The event that began it. */
  readonly first: RecordedEvent | undefined
  /** By command id: commands that came over the edge, of people and of agents' tools, and the edge's own. */
  readonly commands: Map<string, PastCommand>
}

export type Fold<S> = (events: readonly RecordedEvent[], from?: Loaded<S>) => Loaded<S>

/** Reads streams and keeps what it folded, so that the next read starts where this one ended. Streams only grow: nothing expires. */
export interface StreamReader<S> {
  /** The stream as it is now. Rejects with LogUnavailable. */
  readonly load: (stream: string) => Promise<StreamDoc<S>>
  /** A stream in which nothing is. */
  readonly none: () => StreamDoc<S>
}

interface Load<D> {
  readonly running: Promise<D>
  /** Begins when the one that runs has ended; for all who came meanwhile. */
  next: Promise<D> | undefined
}

/**
 * One read of a key at a time. What is under way may have begun before a caller came, so it is not for that caller: all who come meanwhile
 * share the next one.
 */
const oneAtATime = <D>(read: (key: string) => Promise<D>): ((key: string) => Promise<D>) => {
  const loads = new Map<string, Load<D>>()
  const begin = (key: string): Promise<D> => {
    const load: Load<D> = { running: read(key), next: undefined }
    loads.set(key, load)
    const end = (): void => {
      if (load.next === undefined) loads.delete(key)
    }
    load.running.then(end, end)
    return load.running
  }
  return (key) => {
    const current = loads.get(key)
    if (current === undefined) return begin(key)
    const again = () => begin(key)
    return (current.next ??= current.running.then(again, again))
  }
}

const remember = (commands: Map<string, PastCommand>, event: RecordedEvent): void => {
  const { commandId, actor } = event.meta
  const isOfEdge =
    actor.kind === "person" ||
    (actor.kind === "member" && actor.via === "agent-api") ||
    (actor.kind === "system" && actor.id === "control-plane")
  if (!isOfEdge) return
  const known = commands.get(commandId)
  commands.set(commandId, { firstEventId: known?.firstEventId ?? event.id, lastPosition: event.position })
  if (commands.size <= COMMANDS_KEPT_PER_STREAM) return
  const oldest = commands.keys().next()
  if (oldest.done !== true) commands.delete(oldest.value)
}

/** A reader of one kind of stream over the log. */
export const makeStreamReader = <S>(log: EventStore, fold: Fold<S>): StreamReader<S> => {
  const cache = new Lru<string, StreamDoc<S>>(STREAM_CACHE_ENTRIES)
  const none = (): StreamDoc<S> => ({
    ...fold([]),
    position: START,
    first: undefined,
    commands: new Map<string, PastCommand>(),
  })
  const read = async (stream: string): Promise<StreamDoc<S>> => {
    let doc = cache.get(stream) ?? none()
    let isMore = true
    while (isMore) {
      const events = await log.readStream(stream, { after: doc.revision, limit: STREAM_PAGE_EVENTS })
      // Docs of one stream share this map: who holds an older doc may see newer commands, which only helps.
      for (const event of events) remember(doc.commands, event)
      const last = events.at(-1)
      if (last !== undefined)
        doc = {
          ...fold(events, doc),
          position: last.position,
          first: doc.first ?? events[0],
          commands: doc.commands,
        }
      isMore = events.length === STREAM_PAGE_EVENTS
    }
    if (doc.first !== undefined) cache.set(stream, doc)
    return doc
  }
  return { load: oneAtATime(read), none }
}
