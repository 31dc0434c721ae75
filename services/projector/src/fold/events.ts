import type { ProjectionKeys } from "@muster/read-models/writer"
import { needsFeed, teamFeed } from "@muster/contracts"
import { asKnown, type KnownEvent, type RecordedEvent } from "@muster/domain"
import { entityId, isMemberEvent, isScheduleEvent, isTaskEvent } from "@muster/projections"

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

/** Ids of things whose documents may be there already. One whose stream begins in this stretch has none. */
const makeIds = (prefix: string) => {
  const ids = new Set<string>()
  const begun = new Set<string>()
  return {
    ids,
    add: ({ stream, revision }: RecordedEvent): void => {
      const id = entityId(stream)
      if (revision === 1 && stream.startsWith(prefix)) begun.add(id)
      else if (!begun.has(id)) ids.add(id)
    },
  }
}

/** Keys of the documents and feeds that these events can change, but for those that begin with them. */
export const keysOf = (events: readonly ReadEvent[]): ProjectionKeys => {
  const teams = new Set<string>()
  const orgs = new Set<string>()
  const members = makeIds("member-")
  const tasks = makeIds("task-")
  const schedules = makeIds("schedule-")
  for (const { event, known, teamId } of events) {
    if (teamId !== undefined) teams.add(teamId)
    orgs.add(event.meta.org)
    if (known === undefined) continue
    if (isTaskEvent(known)) tasks.add(event)
    else if (isMemberEvent(known)) members.add(event)
    else if (isScheduleEvent(known)) schedules.add(event)
  }
  return {
    teams: [...teams],
    members: [...members.ids],
    tasks: [...tasks.ids],
    schedules: [...schedules.ids],
    feeds: [...[...teams].map(teamFeed), ...[...orgs].map(needsFeed)],
  }
}
