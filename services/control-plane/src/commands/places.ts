import type { MemberId, OrgId, ScheduleId, TaskId, TeamId } from "@muster/domain"
import { streams } from "@muster/domain"
import type { EventStore } from "@muster/event-store"
import { Lru } from "#src/commands/lru.ts"
import { STREAM_CACHE_ENTRIES } from "#src/limits.ts"

/** Where a thing belongs; never changes. */
export interface Place {
  readonly orgId: OrgId
  readonly teamId: TeamId | undefined
}

/**
 * Finds the organisation and team of a thing by the event that began its stream: right at once after its creation, while the read
 * models may still be on their way. Undefined: no such thing. Rejects with LogUnavailable.
 */
export interface Places {
  readonly team: (id: TeamId) => Promise<Place | undefined>
  readonly member: (id: MemberId) => Promise<Place | undefined>
  readonly task: (id: TaskId) => Promise<Place | undefined>
  readonly schedule: (id: ScheduleId) => Promise<Place | undefined>
}

export const makePlaces = (log: EventStore): Places => {
  const known = new Lru<string, Place>(STREAM_CACHE_ENTRIES * 4)
  const find = async (stream: string): Promise<Place | undefined> => {
    const cached = known.get(stream)
    if (cached !== undefined) return cached
    const [first] = await log.readStream(stream, { limit: 1 })
    if (first === undefined) return undefined
    const place: Place = { orgId: first.meta.org, teamId: first.meta.team }
    known.set(stream, place)
    return place
  }
  return {
    team: (id) => find(streams.team(id)),
    member: (id) => find(streams.member(id)),
    task: (id) => find(streams.task(id)),
    schedule: (id) => find(streams.schedule(id)),
  }
}
