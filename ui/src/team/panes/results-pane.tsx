import { A } from "@solidjs/router"
import { Show, createMemo } from "solid-js"
import { t, tn } from "#src/i18n/index.ts"
import { areSame } from "#src/lib/same.ts"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { Pane } from "#src/parts/pane.tsx"
import { RelativeTime } from "#src/parts/relative-time.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { StateBadge } from "#src/parts/state-badge.tsx"
import { VirtualList } from "#src/parts/virtual-list.tsx"
import { endedAtHand } from "#src/team/at-hand.ts"
import { targetLabel, taskLabel } from "#src/team/names.ts"
import { endedTasks, resultInShort } from "#src/team/panes/results.ts"
import { useTeamSource } from "#src/team/source.ts"
import { taskLook, taskMoment } from "#src/team/task-look.ts"
import "#src/parts/row-button.css"
import "./results-pane.css"

const ROW_PIXELS = 58

export interface ResultsPaneProps {
  readonly onOpenTask: (id: string) => void
  /** The task whose result is shown beside the list. */
  readonly openTask?: string | undefined
}

/** What tasks came to, the last that ended first. */
export function ResultsPane(props: ResultsPaneProps) {
  const source = useTeamSource()
  const ids = createMemo(() => endedTasks(Object.values(source.raw().tasks)).map(({ id }) => id as string), [], {
    equals: areSame,
  })
  /** The view lets go of the oldest ones; the list of tasks reads them all. */
  const older = () =>
    endedAtHand(source.view) === undefined ? undefined : (
      <p data-slot="older">
        <A href={`/teams/${encodeURIComponent(source.teamId)}/tasks?state=closed`}>{t("results.older")}</A>
      </p>
    )
  return (
    <Pane title={t("results.title")} meta={tn("results.count", ids().length)} footer={older()}>
      <Show when={source.isLoaded()} fallback={<Skeleton lines={5} />}>
        <Show
          when={ids().length > 0}
          fallback={<EmptyState title={t("results.empty")} detail={t("results.empty-detail")} />}
        >
          <VirtualList label={t("results.list")} rows={ids()} keyOf={(id) => id} rowHeight={ROW_PIXELS}>
            {(id) => (
              <Show when={source.view.tasks[id]}>
                {(task) => {
                  const look = () => taskLook(task(), source.view, source.now())
                  return (
                    <button
                      type="button"
                      data-component="result-row"
                      data-variant="row"
                      data-task={id}
                      data-open={props.openTask === id}
                      aria-current={props.openTask === id ? "true" : undefined}
                      onClick={() => props.onOpenTask(id)}
                    >
                      <span data-slot="line">
                        <span data-slot="number">{taskLabel(task().number)}</span>
                        <span data-slot="title">{task().title}</span>
                        <StateBadge state={look().state} detail={look().detail} />
                      </span>
                      <span data-slot="line">
                        <span data-slot="words">{resultInShort(task())}</span>
                        <Show when={task().artifacts.length > 0}>
                          <span data-slot="files">{tn("results.files", task().artifacts.length)}</span>
                        </Show>
                        <span data-slot="member">{targetLabel(source.view, task())}</span>
                        <RelativeTime at={taskMoment(task())} now={source.now()} />
                      </span>
                    </button>
                  )
                }}
              </Show>
            )}
          </VirtualList>
        </Show>
      </Show>
    </Pane>
  )
}
