import type { TaskDoc } from "@muster/contracts"
import { createEffect, createSignal, on, onCleanup } from "solid-js"
import type { Accessor } from "solid-js"
import { failureOf } from "#src/api/failure.ts"
import type { Failure } from "#src/api/failure.ts"
import { reads } from "#src/api/reads.ts"
import { TASKS_PAGE } from "#src/limits.ts"
import { useLiveTeam } from "#src/team/live-team.ts"
import { queryOf } from "#src/pages/team/tasks/filters.ts"
import type { TaskFilters } from "#src/pages/team/tasks/filters.ts"

export interface TaskPages {
  readonly tasks: Accessor<ReadonlyArray<TaskDoc> | undefined>
  readonly hasMore: Accessor<boolean>
  readonly isLoading: Accessor<boolean>
  readonly failure: Accessor<Failure | undefined>
  readonly loadMore: () => void
  readonly reload: () => void
}

/** Types of events after which a task may enter or leave a filtered list. Progress is not among them. */
const MOVES = /^Task(?!Progressed|ArtifactAdded|PriorityChanged)/

/**
 * Tasks from the server, page by page, newest first. What the live view knows better is taken from there; when an event
 * may have changed who is in the list, its first page is read again.
 */
export function createTaskPages(filters: Accessor<TaskFilters>): TaskPages {
  const team = useLiveTeam()
  const [read, setRead] = createSignal<ReadonlyArray<TaskDoc>>()
  const [hasMore, setHasMore] = createSignal(false)
  const [isLoading, setLoading] = createSignal(false)
  const [failure, setFailure] = createSignal<Failure>()
  let generation = 0

  const load = async (before: number | undefined, atLeast?: string) => {
    generation += 1
    const own = generation
    setLoading(true)
    try {
      const query = { ...queryOf(filters(), before, TASKS_PAGE), ...(atLeast === undefined ? {} : { atLeast }) }
      const { items, next } = await reads.listTasks({ params: { team: team.teamId }, query })
      if (own !== generation) return
      const kept = before === undefined ? [] : (read() ?? [])
      setRead([...kept, ...items])
      setHasMore(next !== null)
      setFailure(undefined)
    } catch (error) {
      if (own === generation) setFailure(failureOf(error))
    } finally {
      if (own === generation) setLoading(false)
    }
  }
  /** Only while no more than the first page is shown: a reader further down is not moved. */
  const refresh = (position: string) => {
    if ((read()?.length ?? 0) <= TASKS_PAGE) void load(undefined, position)
  }
  createEffect(
    on(
      () => JSON.stringify(filters()),
      () => void load(undefined),
    ),
  )
  onCleanup(
    team.onEvents((events) => {
      const last = events.findLast((event) => MOVES.test(event.type))
      if (last !== undefined) refresh(last.position)
    }),
  )
  onCleanup(() => (generation += 1))

  return {
    tasks: () => read()?.map((task) => team.view.tasks[task.id] ?? task),
    hasMore,
    isLoading,
    failure,
    loadMore: () => void load(read()?.at(-1)?.number),
    reload: () => void load(undefined),
  }
}
