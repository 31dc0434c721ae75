import type { FeedEvent } from "@muster/contracts"
import type { OrgId, Subject, UserId } from "@muster/domain"
import type { ReadModels } from "@muster/read-models"
import { FEED_BATCH_EVENTS } from "#src/limits.ts"
import type { Log } from "#src/logger.ts"

interface Room {
  /** Reads the feed: any viewer of the team's organisation may. */
  readonly subject: Subject
  /** The last event that was sent to the room. */
  sent: number
  /** The feed may have grown since the pump last looked. */
  isWoken: boolean
  pumping: Promise<void> | undefined
}

export interface RoomsOptions {
  readonly reads: ReadModels
  readonly log: Log
  /** Sends to all who follow the feed. */
  readonly emit: (feed: string, events: readonly FeedEvent[]) => void
}

export interface Rooms {
  /** Begins to follow the feed, if nobody does yet. When it resolves, every event that comes from now on will be sent. */
  readonly open: (feed: string, viewer: { readonly orgId: OrgId; readonly userId: UserId }) => Promise<void>
  /** Nobody follows it any more. */
  readonly close: (feed: string) => void
  /** The feed may reach `seq` now. */
  readonly wake: (feed: string, seq: number) => void
  /** Looks at all followed feeds: the backstop for wake-ups that got lost. Resolves when what was found is sent. */
  readonly look: () => Promise<void>
  /** How far each followed feed was sent. */
  readonly heads: () => ReadonlyMap<string, number>
  /** Resolves when nothing is under way. */
  readonly settled: () => Promise<void>
}

/** Follows the feeds that somebody watches, each in order and on its own: a process tails them itself, there is no second path. */
export const makeRooms = ({ reads, log, emit }: RoomsOptions): Rooms => {
  const rooms = new Map<string, Room>()
  const opening = new Map<string, Promise<void>>()

  const pump = async (feed: string, room: Room): Promise<void> => {
    let isMore = false
    do {
      room.isWoken = false
      const events = await reads.feed.range(room.subject, feed, { after: room.sent, limit: FEED_BATCH_EVENTS })
      if (rooms.get(feed) !== room) return
      const last = events.at(-1)
      if (last !== undefined) {
        emit(feed, events)
        room.sent = last.seq
      }
      isMore = events.length === FEED_BATCH_EVENTS
    } while (isMore || room.isWoken)
  }

  const start = (feed: string, room: Room): Promise<void> => {
    room.isWoken = true
    room.pumping ??= pump(feed, room)
      .catch((error: unknown) => log.warn({ feed, err: error }, "a feed cannot be read; looking again later"))
      .finally(() => {
        room.pumping = undefined
      })
    return room.pumping
  }

  const begin = async (feed: string, { orgId, userId }: { orgId: OrgId; userId: UserId }): Promise<void> => {
    const { seq } = await reads.feed.head(feed)
    const subject: Subject = { kind: "person", userId, orgId, role: "viewer", name: "" }
    rooms.set(feed, { subject, sent: seq, isWoken: false, pumping: undefined })
  }

  return {
    open: async (feed, viewer) => {
      if (rooms.has(feed)) return
      const begun = opening.get(feed) ?? begin(feed, viewer).finally(() => opening.delete(feed))
      opening.set(feed, begun)
      await begun
    },
    close: (feed) => void rooms.delete(feed),
    wake: (feed, seq) => {
      const room = rooms.get(feed)
      if (room !== undefined && seq > room.sent) void start(feed, room)
    },
    look: async () => {
      await Promise.all([...rooms].map(([feed, room]) => start(feed, room)))
    },
    heads: () => new Map([...rooms].map(([feed, { sent }]) => [feed, sent])),
    settled: async () => {
      for (const room of rooms.values()) await room.pumping
    },
  }
}
