import type { FeedEvent, TaskDetail, TaskDoc } from "@muster/contracts"
import { entityId } from "@muster/projections"
import { createEffect, createSignal, on, onCleanup } from "solid-js"
import type { Accessor } from "solid-js"
import { failureOf } from "#src/api/failure.ts"
import type { Failure } from "#src/api/failure.ts"
import { reads } from "#src/api/reads.ts"
import { useTeamSource } from "#src/team/source.ts"

export interface OpenedTask {
  /** As the team's view has it, or as it was read where the view has let go of it. */
  readonly task: Accessor<TaskDoc | undefined>
  /** What was asked for; it never changes. */
  readonly spec: Accessor<TaskDetail["spec"] | undefined>
  readonly failure: Accessor<Failure | undefined>
  readonly events: Accessor<ReadonlyArray<FeedEvent>>
  readonly eventsFailure: Accessor<Failure | undefined>
  readonly reload: () => void
}

/** Everything a panel shows of one task. The id must not change while the owner lives. */
export function createOpenedTask(taskId: string): OpenedTask {
  const source = useTeamSource()
  const [detail, setDetail] = createSignal<TaskDetail>()
  const [failure, setFailure] = createSignal<Failure>()
  const [events, setEvents] = createSignal<ReadonlyArray<FeedEvent>>([])
  const [eventsFailure, setEventsFailure] = createSignal<Failure>()

  const readDetail = async () => {
    try {
      setDetail(await reads.readTask({ params: { team: source.teamId, task: taskId } }))
      setFailure(undefined)
    } catch (error) {
      setFailure(failureOf(error))
    }
  }
  const readEvents = async () => {
    try {
      const items = await source.taskEvents(taskId)
      setEvents((live) => [...items, ...live.filter((event) => event.seq > (items.at(-1)?.seq ?? 0))])
      setEventsFailure(undefined)
    } catch (error) {
      setEventsFailure(failureOf(error))
    }
  }
  const load = () => {
    void readDetail()
    void readEvents()
  }
  const isOwn = (event: FeedEvent) => event.stream.startsWith("task-") && entityId(event.stream) === taskId
  onCleanup(
    source.onEvents((batch) => {
      const own = batch.filter(isOwn)
      if (own.length === 0) return
      setEvents((before) => [...before, ...own.filter((event) => event.seq > (before.at(-1)?.seq ?? 0))])
      if (source.view.tasks[taskId] === undefined) void readDetail()
    }),
  )
  load()
  // A replay that moves shows the life of the task up to there.
  if (source.mode === "replay")
    createEffect(
      on(
        () => source.view.seq,
        () => void readEvents(),
        { defer: true },
      ),
    )

  return {
    task: () => source.view.tasks[taskId] ?? (source.mode === "live" ? detail()?.task : undefined),
    spec: () => detail()?.spec,
    failure,
    events: () => (source.mode === "live" ? events() : events().filter((event) => event.seq <= source.view.seq)),
    eventsFailure,
    reload: load,
  }
}
