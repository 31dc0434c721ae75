import { isOpen } from "@muster/domain"
import { tasksNewestFirst } from "@muster/projections"
import { Show, createEffect, createMemo, on } from "solid-js"
import type { JSX } from "solid-js"
import { t, tn } from "#src/i18n/index.ts"
import { areSame } from "#src/lib/same.ts"
import { Pane } from "#src/parts/pane.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { VirtualList } from "#src/parts/virtual-list.tsx"
import type { VirtualListHandle } from "#src/parts/virtual-list.tsx"
import { useTeamSource } from "#src/team/source.ts"
import { TaskHead } from "#src/team/panes/task-head.tsx"
import { TaskRow } from "#src/team/panes/task-row.tsx"
import "./tasks-pane.css"

const ROW_PIXELS = 36

export interface TasksPaneProps {
  /** The task whose panel is open. */
  readonly openTask: string | undefined
  readonly onOpen: (id: string) => void
  /** What to show while there is no task. */
  readonly empty: JSX.Element
  /** Hands out the order, for moving with J and K. */
  readonly order?: (ids: () => ReadonlyArray<string>) => void
}

/** The tasks of a team: open ones first, the newest first in both halves. */
export function TasksPane(props: TasksPaneProps) {
  const source = useTeamSource()
  const ids = createMemo(() => tasksNewestFirst(source.raw()).map((task) => task.id as string), [], { equals: areSame })
  const openCount = createMemo(() => Object.values(source.raw().tasks).filter((task) => isOpen(task.phase)).length)
  let list: VirtualListHandle | undefined

  // eslint-disable-next-line solid/reactivity -- handed out once; the order itself is read later
  props.order?.(ids)
  createEffect(
    on(
      () => props.openTask,
      (id) => {
        const index = id === undefined ? -1 : ids().indexOf(id)
        if (index >= 0) list?.scrollToIndex(index)
      },
    ),
  )

  return (
    <Pane title={t("tasks.title")} meta={tn("tasks.open", openCount())}>
      <Show when={source.isLoaded()} fallback={<Skeleton lines={5} />}>
        <Show when={ids().length > 0} fallback={props.empty}>
          <div data-component="tasks">
            <TaskHead />
            <div data-slot="list">
              <VirtualList
                label={t("tasks.list")}
                rows={ids()}
                keyOf={(id) => id}
                rowHeight={ROW_PIXELS}
                handle={(handle) => (list = handle)}
                reuse={{
                  kindOf: () => "task",
                  draw: (id) => (
                    <Show when={source.view.tasks[id()]}>
                      {(task) => <TaskRow task={task()} isOpen={props.openTask === id()} onOpen={props.onOpen} />}
                    </Show>
                  ),
                }}
              />
            </div>
          </div>
        </Show>
      </Show>
    </Pane>
  )
}
