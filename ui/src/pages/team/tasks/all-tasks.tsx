import { useSearchParams } from "@solidjs/router"
import { Match, Show, Switch, createMemo, onCleanup } from "solid-js"
import { failureText } from "#src/api/failure.ts"
import { useCommands } from "#src/commands/context.ts"
import { titled } from "#src/commands/titled.ts"
import { t } from "#src/i18n/index.ts"
import { wording } from "#src/i18n/wording.ts"
import { Button } from "#src/parts/button.tsx"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { ErrorState } from "#src/parts/error-state.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { may } from "#src/session/may.ts"
import { useLiveTeam } from "#src/team/live-team.ts"
import { useDispatch } from "#src/pages/team/dispatch/context.ts"
import { usePeek } from "#src/pages/team/peek.ts"
import { AtHandNote } from "#src/pages/team/tasks/at-hand-note.tsx"
import { Board } from "#src/pages/team/tasks/board.tsx"
import { BulkActions } from "#src/pages/team/tasks/bulk-actions.tsx"
import { filtersFrom, isFiltered } from "#src/pages/team/tasks/filters.ts"
import { focusTask } from "#src/pages/team/tasks/focus-task.ts"
import { rowsOf, setsOf } from "#src/pages/team/tasks/groups.ts"
import { tasksAtHand } from "#src/pages/team/tasks/matches.ts"
import { createSelection } from "#src/pages/team/tasks/selection.ts"
import { TaskFilterBar } from "#src/pages/team/tasks/task-filters.tsx"
import { useTaskKeys } from "#src/pages/team/tasks/task-keys.ts"
import { TaskList } from "#src/pages/team/tasks/task-list.tsx"
import { createTaskPages } from "#src/pages/team/tasks/task-pages.ts"
import { TaskSelectionBar } from "#src/pages/team/tasks/task-selection-bar.tsx"
import { Timeline } from "#src/pages/team/tasks/timeline.tsx"
import { groupFrom, layoutFrom, TASK_LAYOUTS } from "#src/pages/team/tasks/view-params.ts"
import type { TaskLayout } from "#src/pages/team/tasks/view-params.ts"

/** The tasks as a list of all there ever were, or as a board or a timeline of those at hand. */
export function AllTasks() {
  const team = useLiveTeam()
  const peek = usePeek()
  const dispatch = useDispatch()
  const [search, setSearch] = useSearchParams()
  const filters = createMemo(() => filtersFrom(search))
  const layout = () => layoutFrom(search)
  const group = () => groupFrom(search)
  const pages = createTaskPages(filters)
  const tasks = createMemo(() =>
    layout() === "list" ? pages.tasks() : team.isLoaded() ? tasksAtHand(team.raw(), filters()) : undefined,
  )
  const found = () => tasks() ?? []
  /** As they stand on the page, for J and K. */
  const order = createMemo((): ReadonlyArray<string> => {
    if (layout() === "timeline")
      return found()
        .map(({ id, number }) => ({ id, number }))
        .toSorted((a, b) => a.number - b.number)
        .map(({ id }) => id)
    if (layout() === "board")
      return setsOf(found(), group() ?? "state", team.raw()).flatMap((set) => set.tasks.map(({ id }) => id))
    // Ungrouped, the list hangs on its own tasks alone, and not on every event of the team.
    if (group() === undefined) return found().map(({ id }) => id)
    return rowsOf(found(), group(), team.raw()).flatMap((row) => (row.kind === "task" ? [row.id] : []))
  })
  const mayAct = () => team.view.team?.isArchived === false && (may("task.cancel") || may("task.retry"))
  const selection = createSelection(order)
  let reach: ((id: string) => void) | undefined

  // eslint-disable-next-line solid/reactivity -- the order is handed out as it is; it is read when keys are pressed
  peek.setOrder(order)
  onCleanup(() => peek.setOrder(undefined))
  useTaskKeys({
    order,
    toggle: (id) => {
      if (mayAct()) selection.toggle(id)
    },
    focus: (id) => {
      if (layout() === "list") reach?.(id)
      focusTask(id)
    },
  })
  const show = (next: TaskLayout) => setSearch({ view: next === "list" ? undefined : next }, { replace: true })
  useCommands(() =>
    TASK_LAYOUTS.filter((each) => each !== layout()).map((each) => ({
      id: `tasks.layout.${each}`,
      ...titled("layout.go", { layout: wording(`layout.${each}`) }),
      group: "view" as const,
      run: () => show(each),
    })),
  )
  const clear = () =>
    setSearch({ q: undefined, state: undefined, phase: undefined, member: undefined }, { replace: true })
  const open = (id: string) => peek.open(id)

  return (
    <div data-slot="all">
      <TaskFilterBar filters={filters()} layout={layout()} group={group()}>
        <Show when={order().length > 0}>
          <BulkActions filters={filters()} />
        </Show>
      </TaskFilterBar>
      <Show when={mayAct() && order().length > 0}>
        <TaskSelectionBar selection={selection} tasks={found()} />
      </Show>
      <Show when={layout() === "list" && pages.failure()}>
        {(failure) => (
          <ErrorState
            title={t("tasks.failed")}
            detail={failureText(failure())}
            errorId={failure().requestId}
            onRetry={pages.reload}
          />
        )}
      </Show>
      {/* Also where nothing matches: what is looked for may be older than what is at hand. */}
      <Show when={layout() !== "list"}>
        <AtHandNote view={team.view} onList={() => show("list")} />
      </Show>
      <Show
        when={tasks() !== undefined}
        fallback={
          <Show when={layout() !== "list" || !pages.failure()}>
            <Skeleton lines={6} />
          </Show>
        }
      >
        <Show
          when={found().length > 0}
          fallback={
            <Show
              when={isFiltered(filters())}
              fallback={
                <EmptyState
                  title={t("tasks.empty")}
                  detail={t("tasks.empty-detail")}
                  action={
                    <Show when={may("task.dispatch")}>
                      <Button variant="primary" onClick={() => dispatch.open()}>
                        {t("team.dispatch")}
                      </Button>
                    </Show>
                  }
                />
              }
            >
              <EmptyState
                title={t("tasks.none")}
                detail={t("tasks.none-detail")}
                action={<Button onClick={clear}>{t("tasks.clear")}</Button>}
              />
            </Show>
          }
        >
          <Switch>
            <Match when={layout() === "list"}>
              <TaskList
                tasks={found()}
                pages={pages}
                group={group()}
                selection={mayAct() ? selection : undefined}
                openTask={peek.taskId()}
                onOpen={open}
                reach={(scrollTo) => (reach = scrollTo)}
              />
            </Match>
            <Match when={layout() === "board"}>
              <Board
                tasks={found()}
                group={group() ?? "state"}
                openTask={peek.taskId()}
                isSelected={selection.has}
                onOpen={open}
              />
            </Match>
            <Match when={layout() === "timeline"}>
              <Timeline tasks={found()} openTask={peek.taskId()} isSelected={selection.has} onOpen={open} />
            </Match>
          </Switch>
        </Show>
      </Show>
    </div>
  )
}
