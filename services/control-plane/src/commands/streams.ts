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
  /** By command id; commands of people only. */
  readonly commands: Map<string, PastCommand>
}

export type Fold<S> = (events: readonly RecordedEvent[], from?: Loaded<S>) => Loaded<S>

/** Reads streams and keeps what it folded, so that the next read starts where this one ended. Streams only grow: nothing expires. */
export interface StreamReader<S> {
  /** The stream as it is now. Rejects with LogUnavailable. */
  readonly load: (stream: string) => Promise<StreamDoc<S>>
}

const remember = (commands: Map<string, PastCommand>, event: RecordedEvent): void => {
  const { commandId, actor } = event.meta
  if (actor.kind !== "person") return
  const known = commands.get(commandId)
  commands.set(commandId, { firstEventId: known?.firstEventId ?? event.id, lastPosition: event.position })
  if (commands.size <= COMMANDS_KEPT_PER_STREAM) return
  const oldest = commands.keys().next()
  if (oldest.done !== true) commands.delete(oldest.value)
}

/** A reader of one kind of stream over the log. */
export const makeStreamReader = <S>(log: EventStore, fold: Fold<S>): StreamReader<S> => {
  const cache = new Lru<string, StreamDoc<S>>(STREAM_CACHE_ENTRIES)
  return {
    load: async (stream) => {
      let doc: StreamDoc<S> = cache.get(stream) ?? {
        ...fold([]),
        position: START,
        first: undefined,
        commands: new Map<string, PastCommand>(),
      }
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
    },
  }
}
