import type { DeadLetter, TaskDoc } from "@muster/contracts"
import { For, Show, createSignal, onCleanup } from "solid-js"
import { failureOf, failureText } from "#src/api/failure.ts"
import type { Failure } from "#src/api/failure.ts"
import { reads } from "#src/api/reads.ts"
import { t } from "#src/i18n/index.ts"
import { millisOf } from "#src/lib/time.ts"
import { TASKS_PAGE } from "#src/limits.ts"
import { ErrorState } from "#src/parts/error-state.tsx"
import { RelativeTime } from "#src/parts/relative-time.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { useLiveTeam } from "#src/team/live-team.ts"
import { memberLabel } from "#src/team/names.ts"
import { TaskRow } from "#src/team/panes/task-row.tsx"
import { usePeek } from "#src/pages/team/peek.ts"

type BusEntry = typeof DeadLetter.Type

interface Found {
  readonly tasks: ReadonlyArray<TaskDoc>
  readonly entries: ReadonlyArray<BusEntry>
}

const CONCERNS = /^(?:TaskDeadLettered|TaskRedriven|MemberEntryDeadLettered)$/

/** What could not be delivered or understood: tasks that an operator may redrive, and entries kept with their reason. */
export function DeadLetters() {
  const team = useLiveTeam()
  const peek = usePeek()
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
        reads.listDeadLetters({ params, query: { limit: TASKS_PAGE } }),
      ])
      setFound({ tasks: tasks.items, entries: entries.items })
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
          <section aria-label={t("dead.tasks")}>
            <h2>{t("dead.tasks")}</h2>
            <Show when={ready().tasks.length > 0} fallback={<p>{t("dead.tasks-none")}</p>}>
              <ul>
                <For each={ready().tasks}>
                  {(task) => (
                    <li>
                      <TaskRow
                        task={team.view.tasks[task.id] ?? task}
                        isOpen={peek.taskId() === task.id}
                        onOpen={(id) => peek.open(id)}
                      />
                    </li>
                  )}
                </For>
              </ul>
            </Show>
          </section>
          <section aria-label={t("dead.entries")}>
            <h2>{t("dead.entries")}</h2>
            <p>{ready().entries.length > 0 ? t("dead.entries-detail") : t("dead.entries-none")}</p>
            <Show when={ready().entries.length > 0}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{t("dead.column-entry")}</th>
                    <th scope="col">{t("tasks.column-member")}</th>
                    <th scope="col">{t("dead.column-reason")}</th>
                    <th scope="col">{t("dead.column-at")}</th>
                  </tr>
                </thead>
                <tbody>
                  <For each={ready().entries}>
                    {(entry) => (
                      <tr>
                        <td>{`${entry.stream} ${entry.entryId}`}</td>
                        <td>{memberLabel(team.view, entry.memberId)}</td>
                        <td>{entry.reason}</td>
                        <td>
                          <RelativeTime at={millisOf(entry.at)} />
                        </td>
                      </tr>
                    )}
                  </For>
                </tbody>
              </table>
            </Show>
          </section>
        </div>
      )}
    </Show>
  )
}
