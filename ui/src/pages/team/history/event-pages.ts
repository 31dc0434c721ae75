import type { FeedEvent, HistoryQuery } from "@muster/contracts"
import { batch, createEffect, createSignal, on, onCleanup } from "solid-js"
import type { Accessor } from "solid-js"
import { failureOf } from "#src/api/failure.ts"
import type { Failure } from "#src/api/failure.ts"
import { reads } from "#src/api/reads.ts"
import { HISTORY_PAGE } from "#src/limits.ts"
import { meets } from "#src/team/history/query.ts"
import { useLiveTeam } from "#src/team/live-team.ts"
import { createEventLog } from "#src/pages/team/history/event-log.ts"
import type { EventLog } from "#src/pages/team/history/event-log.ts"

export interface EventPages {
  /** Not tracked; read `version` beside it. */
  readonly log: EventLog
  /** Rises with every change of the log. */
  readonly version: Accessor<number>
  /** Events that came in front of those that were there, ever since. */
  readonly addedAbove: Accessor<number>
  readonly isLoaded: Accessor<boolean>
  readonly isLoading: Accessor<boolean>
  readonly hasOlder: Accessor<boolean>
  /** The page was opened in the past: what lies between there and now is not held. */
  readonly hasNewer: Accessor<boolean>
  /** A search stopped here without having found a page full; undefined when it did not. */
  readonly stoppedAt: Accessor<number | undefined>
  readonly failure: Accessor<Failure | undefined>
  readonly loadOlder: () => void
  readonly loadNewer: () => void
  /** Begins at the newest event. */
  readonly reload: () => void
}

/** The history, newest first: older pages on demand, new events as they come. */
export function createEventPages(query: Accessor<HistoryQuery>, position: () => string | undefined): EventPages {
  const team = useLiveTeam()
  const log = createEventLog()
  const [version, setVersion] = createSignal(0)
  const [addedAbove, setAddedAbove] = createSignal(0)
  const [isLoaded, setLoaded] = createSignal(false)
  const [isLoading, setLoading] = createSignal(false)
  const [hasOlder, setHasOlder] = createSignal(false)
  const [hasNewer, setHasNewer] = createSignal(false)
  const [stoppedAt, setStoppedAt] = createSignal<number>()
  const [failure, setFailure] = createSignal<Failure>()
  /** Down to here it was looked; the next older page begins before it. */
  let reached: number | undefined
  let generation = 0
  /** What came live before the first page did. */
  let early: ReadonlyArray<FeedEvent> = []
  /** Up to here the stream has told. */
  let liveSeq: number | undefined

  const changed = () => setVersion((before) => before + 1)
  const params = { team: team.teamId }
  const search = (bounds: { readonly before?: number; readonly after?: number; readonly at?: string }) =>
    reads.searchHistory({ params, query: { ...query(), ...bounds, limit: HISTORY_PAGE } })

  /** Runs a read unless another one has begun meanwhile, and tells of its failure. */
  const loading = async (read: (isCurrent: () => boolean) => Promise<void>) => {
    generation += 1
    const own = generation
    setLoading(true)
    try {
      await read(() => own === generation)
      if (own === generation) setFailure(undefined)
    } catch (error) {
      if (own === generation) setFailure(failureOf(error))
    } finally {
      if (own === generation) setLoading(false)
    }
  }
  const takeOlder = (found: Awaited<ReturnType<typeof search>>) => {
    log.addOlder(found.items)
    reached = found.reached
    setHasOlder(!found.isEnd)
    setStoppedAt(!found.isEnd && found.items.length < HISTORY_PAGE ? found.reached : undefined)
  }
  /** Nothing is missing between what was read and what came meanwhile. */
  const takeEarly = (): number => {
    const added = hasNewer() ? 0 : log.addNewer(early)
    early = []
    return added
  }
  const begin = (at: string | undefined) => {
    log.clear()
    early = []
    reached = undefined
    batch(() => {
      setLoaded(false)
      setHasNewer(false)
      changed()
    })
    void loading(async (isCurrent) => {
      const found = await search(at === undefined ? {} : { at })
      const newest = found.items[0]
      // Some of what came after the position stands above it, so that it is seen in its surroundings.
      const after = at === undefined || newest === undefined ? undefined : await search({ after: newest.seq })
      if (!isCurrent()) return
      batch(() => {
        takeOlder(found)
        if (after !== undefined) log.addNewer(after.items)
        setHasNewer(after?.isEnd === false)
        takeEarly()
        setLoaded(true)
        changed()
      })
    })
  }
  const loadNewer = () => {
    const after = log.newest()?.seq ?? 0
    if (isLoading() || !hasNewer()) return
    early = []
    void loading(async (isCurrent) => {
      const found = await search({ after })
      if (!isCurrent()) return
      batch(() => {
        const added = log.addNewer(found.items)
        setHasNewer(!found.isEnd)
        setAddedAbove((before) => before + added + takeEarly())
        changed()
      })
    })
  }
  createEffect(
    on(
      () => JSON.stringify(query()),
      () => begin(position()),
    ),
  )
  onCleanup(
    team.onEvents((events) => {
      const isGap = liveSeq !== undefined && (events[0]?.seq ?? 0) > liveSeq + 1
      liveSeq = events.at(-1)?.seq ?? liveSeq
      const own = events.filter((event) => meets(event, query()))
      if (isLoading()) early = [...early, ...own]
      if (!isLoaded()) return
      if (isGap) {
        // The stream went on from a snapshot: what lies between was not told.
        setHasNewer(true)
        loadNewer()
        return
      }
      if (own.length === 0 || hasNewer()) return
      batch(() => {
        const added = log.addNewer(own)
        if (log.trim() > 0) {
          reached = log.oldest()?.seq
          setHasOlder(true)
        }
        setAddedAbove((before) => before + added)
        changed()
      })
    }),
  )
  onCleanup(() => (generation += 1))
  return {
    log,
    version,
    addedAbove,
    isLoaded,
    isLoading,
    hasOlder,
    hasNewer,
    stoppedAt,
    failure,
    loadOlder: () => {
      if (isLoading() || !hasOlder() || reached === undefined) return
      const before = reached
      void loading(async (isCurrent) => {
        const found = await search({ before })
        if (!isCurrent()) return
        batch(() => {
          takeOlder(found)
          changed()
        })
      })
    },
    loadNewer,
    reload: () => begin(undefined),
  }
}
