import type { TaskDoc } from "@muster/contracts"
import { Show, createEffect, createMemo, on } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { areSame } from "#src/lib/same.ts"
import { Button } from "#src/parts/button.tsx"
import { VirtualList } from "#src/parts/virtual-list.tsx"
import type { VirtualListHandle } from "#src/parts/virtual-list.tsx"
import { taskLabel } from "#src/team/names.ts"
import { TaskHead } from "#src/team/panes/task-head.tsx"
import { TaskRow } from "#src/team/panes/task-row.tsx"
import { useTeamSource } from "#src/team/source.ts"
import { rowsOf } from "#src/pages/team/tasks/groups.ts"
import type { Selection } from "#src/pages/team/tasks/selection.ts"
import type { TaskPages } from "#src/pages/team/tasks/task-pages.ts"
import type { TaskGroup } from "#src/pages/team/tasks/view-params.ts"
import "#src/team/panes/tasks-pane.css"

const ROW_PIXELS = 36

export interface TaskListProps {
  readonly tasks: ReadonlyArray<TaskDoc>
  readonly pages: TaskPages
  readonly group: TaskGroup | undefined
  readonly selection: Selection | undefined
  readonly openTask: string | undefined
  readonly onOpen: (id: string) => void
  /** Scrolls to a task, so that the focus can go there. */
  readonly reach: (scrollTo: (id: string) => void) => void
}

/** Every task that was read, line by line, under heads where they are grouped. */
export function TaskList(props: TaskListProps) {
  const source = useTeamSource()
  const byId = createMemo(() => new Map(props.tasks.map((task) => [task.id as string, task])))
  const rows = createMemo(() =>
    rowsOf(props.tasks, props.group, props.group === undefined ? source.view : source.raw()),
  )
  const byKey = createMemo(() => new Map(rows().map((row) => [row.key, row])))
  // By key: a row is drawn anew only when it comes, so that it keeps its focus while others change.
  const keys = createMemo(() => rows().map(({ key }) => key), [], { equals: areSame })
  let list: VirtualListHandle | undefined
  const scrollTo = (id: string) => {
    const index = keys().indexOf(id)
    if (index >= 0) list?.scrollToIndex(index)
  }
  // eslint-disable-next-line solid/reactivity -- handed out once; the rows are read when it is called
  props.reach(scrollTo)
  createEffect(
    on(
      () => props.openTask,
      (id) => {
        if (id !== undefined) scrollTo(id)
      },
      { defer: true },
    ),
  )
  const head = (key: string) => {
    const row = byKey().get(key)
    return row?.kind === "head" ? row : undefined
  }
  return (
    <div data-component="tasks" data-selectable={props.selection !== undefined}>
      <TaskHead />
      <div data-slot="list">
        <VirtualList
          label={t("tasks.list")}
          rows={keys()}
          keyOf={(key) => key}
          rowHeight={ROW_PIXELS}
          handle={(handle) => (list = handle)}
        >
          {(key) => (
            <Show
              when={head(key)}
              fallback={
                <Show when={byId().get(key)}>
                  {(task) => (
                    <div data-slot="selectable">
                      <Show when={props.selection}>
                        {(selection) => (
                          <label data-slot="pick">
                            <input
                              type="checkbox"
                              aria-label={t("common.select", { what: taskLabel(task().number) })}
                              checked={selection().has(task().id)}
                              onChange={() => selection().toggle(task().id)}
                            />
                          </label>
                        )}
                      </Show>
                      <TaskRow task={task()} isOpen={props.openTask === key} onOpen={props.onOpen} />
                    </div>
                  )}
                </Show>
              }
            >
              {(set) => (
                <h2 data-slot="set">
                  {set().label} <span data-numbers>{set().count}</span>
                </h2>
              )}
            </Show>
          )}
        </VirtualList>
      </div>
      <Show when={props.pages.hasMore()}>
        <div data-slot="more">
          <Button busy={props.pages.isLoading()} onClick={props.pages.loadMore}>
            {t("common.load-older")}
          </Button>
        </div>
      </Show>
    </div>
  )
}
