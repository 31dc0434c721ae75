import type { FeedEvent } from "@muster/contracts"
import { entityId } from "@muster/projections"
import { createEffect, createSignal, on, onCleanup } from "solid-js"
import type { Accessor } from "solid-js"
import { failureOf } from "#src/api/failure.ts"
import type { Failure } from "#src/api/failure.ts"
import { reads } from "#src/api/reads.ts"
import { HISTORY_PAGE } from "#src/limits.ts"
import { useLiveTeam } from "#src/team/live-team.ts"

export interface EventFilters {
  readonly type: string | undefined
  readonly task: string | undefined
}

export interface EventPages {
  /** Newest first. */
  readonly events: Accessor<ReadonlyArray<FeedEvent>>
  readonly isLoaded: Accessor<boolean>
  readonly isLoading: Accessor<boolean>
  readonly hasOlder: Accessor<boolean>
  readonly failure: Accessor<Failure | undefined>
  readonly loadOlder: () => void
  readonly reload: () => void
}

export const matches = (event: FeedEvent, filters: EventFilters): boolean =>
  (filters.type === undefined || event.type === filters.type) &&
  (filters.task === undefined || (event.stream.startsWith("task-") && entityId(event.stream) === filters.task))

/** The events before those that are there, newest first, each once. */
export function withOlder(events: ReadonlyArray<FeedEvent>, older: ReadonlyArray<FeedEvent>): ReadonlyArray<FeedEvent> {
  const last = events.at(-1)?.seq ?? Number.POSITIVE_INFINITY
  return [...events, ...older.filter((event) => event.seq < last).toSorted((a, b) => b.seq - a.seq)]
}

/** The events that came live before those that are there, newest first, each once. */
export function withNewer(events: ReadonlyArray<FeedEvent>, newer: ReadonlyArray<FeedEvent>): ReadonlyArray<FeedEvent> {
  const first = events[0]?.seq ?? 0
  return [...newer.filter((event) => event.seq > first).toSorted((a, b) => b.seq - a.seq), ...events]
}

/** The history, newest first: older pages on demand, new events as they come. */
export function createEventPages(filters: Accessor<EventFilters>): EventPages {
  const team = useLiveTeam()
  const [events, setEvents] = createSignal<ReadonlyArray<FeedEvent>>([])
  const [isLoaded, setLoaded] = createSignal(false)
  const [isLoading, setLoading] = createSignal(false)
  const [hasOlder, setHasOlder] = createSignal(false)
  const [failure, setFailure] = createSignal<Failure>()
  let generation = 0

  const load = async (isOlder: boolean) => {
    generation += 1
    const own = generation
    setLoading(true)
    const { type, task } = filters()
    const before = isOlder ? events().at(-1)?.seq : undefined
    const query = {
      limit: HISTORY_PAGE,
      ...(type === undefined ? {} : { type }),
      ...(task === undefined ? {} : { task }),
      ...(before === undefined ? {} : { before }),
    }
    try {
      const { items } = await reads.listHistory({ params: { team: team.teamId }, query })
      if (own !== generation) return
      // What came live while the first page was read stays in front of it.
      setEvents((now) => (isOlder ? withOlder(now, items) : withNewer(withOlder([], items), now)))
      setHasOlder(items.length === HISTORY_PAGE)
      setFailure(undefined)
      setLoaded(true)
    } catch (error) {
      if (own === generation) setFailure(failureOf(error))
    } finally {
      if (own === generation) setLoading(false)
    }
  }
  const begin = () => {
    setEvents([])
    setLoaded(false)
    void load(false)
  }
  createEffect(on(() => JSON.stringify(filters()), begin))
  onCleanup(
    team.onEvents((batch) => {
      const own = batch.filter((event) => matches(event, filters()))
      if (own.length > 0) setEvents((now) => withNewer(now, own))
    }),
  )
  onCleanup(() => (generation += 1))
  return {
    events,
    isLoaded,
    isLoading,
    hasOlder,
    failure,
    loadOlder: () => void load(true),
    reload: begin,
  }
}
