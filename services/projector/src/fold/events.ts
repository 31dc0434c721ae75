import type { ProjectionKeys } from "@muster/read-models/writer"
import { teamFeed } from "@muster/contracts"
import { asKnown, type KnownEvent, type RecordedEvent } from "@muster/domain"
import { entityId, isMemberEvent, isTaskEvent } from "@muster/projections"

/** An event with what the fold wants to know of it. */
export interface ReadEvent {
  readonly event: RecordedEvent
  /** In its newest shape; undefined when this version does not know it, or when it cannot be read. */
  readonly known: KnownEvent | undefined
  /** Why it cannot be read. */
  readonly flaw: unknown
  readonly teamId: string | undefined
}

const teamOf = (event: RecordedEvent): string | undefined => {
  const team: unknown = event.meta.team
  return typeof team === "string" && team !== "" ? team : undefined
}

/** Brings an event to its newest shape. Never throws: one that an upcaster cannot take is as good as unknown. */
export const readEvent = (event: RecordedEvent): ReadEvent => {
  const teamId = teamOf(event)
  try {
    return { event, known: asKnown(event), flaw: undefined, teamId }
  } catch (flaw) {
    return { event, known: undefined, flaw, teamId }
  }
}

/** Keys of all documents and feeds that these events can change. */
export const keysOf = (events: readonly ReadEvent[]): ProjectionKeys => {
  const teams = new Set<string>()
  const members = new Set<string>()
  const tasks = new Set<string>()
  for (const { event, known, teamId } of events) {
    if (teamId !== undefined) teams.add(teamId)
    if (known === undefined) continue
    if (isTaskEvent(known)) tasks.add(entityId(event.stream))
    else if (isMemberEvent(known)) members.add(entityId(event.stream))
  }
  return { teams: [...teams], members: [...members], tasks: [...tasks], feeds: [...teams].map(teamFeed) }
}
