import { useSearchParams } from "@solidjs/router"
import ArrowLeft from "lucide-solid/icons/arrow-left"
import { Show, createMemo, onCleanup } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { createMediaQuery } from "#src/lib/media.ts"
import { Button } from "#src/parts/button.tsx"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { SplitPanes } from "#src/parts/split-panes.tsx"
import { useLiveTeam } from "#src/team/live-team.ts"
import { endedTasks } from "#src/team/panes/results.ts"
import { ResultsPane } from "#src/team/panes/results-pane.tsx"
import { usePeek } from "#src/pages/team/peek.ts"
import { ResultView } from "#src/pages/team/results/result-view.tsx"
import { focusTask } from "#src/pages/team/tasks/focus-task.ts"
import { useTaskKeys } from "#src/pages/team/tasks/task-keys.ts"
import "./page.css"

/** What came of the work: words and files of tasks that ended, beside the list of them. Which one stands in the address. */
export default function TeamResultsPage() {
  const team = useLiveTeam()
  const peek = usePeek()
  const isNarrow = createMediaQuery("(width < 900px)")
  const [search, setSearch] = useSearchParams<{ result?: string }>()
  const order = createMemo(() => endedTasks(Object.values(team.raw().tasks)).map(({ id }) => id as string))
  const chosen = () => {
    const asked = typeof search.result === "string" ? search.result : undefined
    const id = asked ?? (isNarrow() ? undefined : order()[0])
    return id === undefined ? undefined : team.view.tasks[id]
  }
  const choose = (id: string | undefined) => setSearch({ result: id }, { replace: true, scroll: false })

  // eslint-disable-next-line solid/reactivity -- the order is handed out as it is; it is read when keys are pressed
  peek.setOrder(order)
  onCleanup(() => peek.setOrder(undefined))
  useTaskKeys({
    order,
    toggle: () => undefined,
    focus: (id) => {
      choose(id)
      focusTask(id)
    },
  })

  const list = () => <ResultsPane onOpenTask={choose} openTask={chosen()?.id} />
  const detail = () => (
    <Show when={chosen()} fallback={<EmptyState title={t("results.title")} detail={t("results.choose")} />} keyed>
      {(task) => <ResultView taskId={task.id} onOpenTask={(id) => peek.open(id)} />}
    </Show>
  )
  return (
    <div data-component="results-page">
      <Show
        when={isNarrow()}
        fallback={<SplitPanes name="results" label={t("results.list")} initial={42} first={list()} second={detail()} />}
      >
        <Show when={chosen()} fallback={list()}>
          <div data-slot="narrow">
            <Button variant="ghost" onClick={() => choose(undefined)}>
              <ArrowLeft size={14} aria-hidden="true" />
              {t("results.back")}
            </Button>
            {detail()}
          </div>
        </Show>
      </Show>
    </div>
  )
}
