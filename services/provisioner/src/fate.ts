import { type MemberId, type RecordedEvent, foldMember, foldTeam, streams } from "@muster/domain"
import type { EventStore } from "@muster/event-store"
import { STREAM_PAGE_EVENTS } from "#src/limits.ts"

/** What the log says about an instance that the read models do not list. */
export type Fate =
  /** It belongs here; the read models are behind or being rebuilt. */
  | "keep"
  /** It is not to run here now, and may come back. */
  | "stop"
  /** The member is gone for good. */
  | "remove"

/** A stream in pages, folded on the way: presence makes members' streams long. */
const foldStream = async <S>(
  store: Pick<EventStore, "readStream">,
  stream: string,
  fold: (events: readonly RecordedEvent[], from?: { state: S; revision: number }) => { state: S; revision: number },
): Promise<S> => {
  let loaded = fold([])
  for (;;) {
    const events = await store.readStream(stream, { after: loaded.revision, limit: STREAM_PAGE_EVENTS })
    if (events.length === 0) return loaded.state
    loaded = fold(events, loaded)
  }
}

/**
 * Asks the log itself before anything is ended: read models may be behind, or empty while they are rebuilt, and must never cost a
 * running agent its work. An instance of which the log knows nothing at all is of another installation's: stopped, never deleted.
 */
export const fateOf = async (store: Pick<EventStore, "readStream">, memberId: MemberId): Promise<Fate> => {
  const member = await foldStream(store, streams.member(memberId), foldMember)
  if (!member.isAdded) return "stop"
  if (member.isRemoved) return "remove"
  if (member.profile?.placement !== "local") return "stop"
  const team = await foldStream(store, streams.team(member.teamId), foldTeam)
  return team.isArchived ? "stop" : "keep"
}
