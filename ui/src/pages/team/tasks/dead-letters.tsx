import type { DeadLetter, TaskDoc } from "@muster/contracts"
import { Show, createSignal, onCleanup } from "solid-js"
import { failureOf, failureText } from "#src/api/failure.ts"
import type { Failure } from "#src/api/failure.ts"
import { reads } from "#src/api/reads.ts"
import { t } from "#src/i18n/index.ts"
import { TASKS_PAGE } from "#src/limits.ts"
import { ErrorState } from "#src/parts/error-state.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { useLiveTeam } from "#src/team/live-team.ts"
import { DeadEntries } from "#src/pages/team/tasks/dead-entries.tsx"
import { DeadTasks } from "#src/pages/team/tasks/dead-tasks.tsx"

interface Found {
  readonly tasks: ReadonlyArray<TaskDoc>
  readonly entries: ReadonlyArray<DeadLetter>
}

const CONCERNS = /^(?:Task(?:DeadLettered|Redriven|Discarded)|MemberEntry(?:DeadLettered|Redriven|Discarded))$/

/** What could not be delivered or understood: tasks that an operator may redrive, and entries kept with their reason. */
export function DeadLetters() {
  const team = useLiveTeam()
  const [found, setFound] = createSignal<Found>()
  const [failure, setFailure] = createSignal<Failure>()
  const params = { team: team.teamId }
  const load = async (atLeast?: string) => {
    try {
      const query = {
        phase: "dead-lettered",
        limit: TASKS_PAGE,
        ...(atLeast === undefined ? {} : { atLeast }),
      } as const
      const [tasks, entries] = await Promise.all([
        reads.listTasks({ params, query }),
        reads.listDeadLetters({
          params,
          query: { limit: TASKS_PAGE, state: "kept", ...(atLeast === undefined ? {} : { atLeast }) },
        }),
      ])
      setFound({ tasks: tasks.items.filter((task) => !task.isDiscarded), entries: entries.items })
      setFailure(undefined)
    } catch (error) {
      setFailure(failureOf(error))
    }
  }
  onCleanup(
    team.onEvents((events) => {
      const last = events.findLast((event) => CONCERNS.test(event.type))
      if (last !== undefined) void load(last.position)
    }),
  )
  void load()

  return (
    <Show
      when={found()}
      fallback={
        <Show when={failure()} fallback={<Skeleton lines={5} />}>
          {(reason) => (
            <ErrorState title={t("dead.failed")} detail={failureText(reason())} onRetry={() => void load()} />
          )}
        </Show>
      }
    >
      {(ready) => (
        <div data-component="dead-letters">
          <DeadTasks tasks={ready().tasks} />
          <DeadEntries entries={ready().entries} />
        </div>
      )}
    </Show>
  )
}
