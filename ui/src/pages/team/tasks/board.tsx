import type { TaskDoc } from "@muster/contracts"
import { For, Show, createMemo, createSignal } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { areSame } from "#src/lib/same.ts"
import { VirtualList } from "#src/parts/virtual-list.tsx"
import type { VirtualListHandle } from "#src/parts/virtual-list.tsx"
import { useTeamSource } from "#src/team/source.ts"
import { BoardCard } from "#src/pages/team/tasks/board-card.tsx"
import { cardAfter, isBoardKey } from "#src/pages/team/tasks/board-moves.ts"
import { focusTask } from "#src/pages/team/tasks/focus-task.ts"
import { setsOf } from "#src/pages/team/tasks/groups.ts"
import type { TaskSet } from "#src/pages/team/tasks/groups.ts"
import type { TaskGroup } from "#src/pages/team/tasks/view-params.ts"
import "./board.css"

const CARD_PIXELS = 84

export interface BoardProps {
  readonly tasks: ReadonlyArray<TaskDoc>
  readonly group: TaskGroup
  readonly openTask: string | undefined
  readonly isSelected: (id: string) => boolean
  readonly onOpen: (id: string) => void
}

/** Tasks as cards in columns. States are not dragged: what can be done with a task is done by its menu, and moves it. */
export function Board(props: BoardProps) {
  const source = useTeamSource()
  const sets = createMemo(() => setsOf(props.tasks, props.group, source.raw()))
  const byKey = createMemo(() => new Map(sets().map((set) => [set.key, set])))
  const keys = createMemo(() => sets().map(({ key }) => key), [], { equals: areSame })
  const columns = createMemo(() => sets().map((set) => set.tasks.map(({ id }) => id as string)))
  const handles = new Map<string, VirtualListHandle>()
  const [current, setCurrent] = createSignal<string>()

  /** Where the last press led, until its card is drawn and has the focus: the next press begins there. */
  let awaited: string | undefined

  const press = (event: KeyboardEvent) => {
    if (!isBoardKey(event.key) || event.ctrlKey || event.metaKey || event.altKey) return
    const card = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-task]") : null
    const from = awaited ?? card?.dataset["task"]
    const next = cardAfter(columns(), from, event.key)
    event.preventDefault()
    if (next === undefined) return
    setCurrent(next)
    const column = columns().findIndex((ids) => ids.includes(next))
    handles.get(keys()[column] ?? "")?.scrollToIndex(columns()[column]?.indexOf(next) ?? 0)
    awaited = next
    focusTask(next)
  }

  return (
    <div data-component="board" onKeyDown={press} onFocusIn={() => (awaited = undefined)}>
      <For each={keys()}>
        {(key) => (
          <Column
            set={byKey().get(key)}
            current={current()}
            openTask={props.openTask}
            isSelected={props.isSelected}
            onOpen={props.onOpen}
            handle={(handle) => handles.set(key, handle)}
          />
        )}
      </For>
    </div>
  )
}

interface ColumnProps extends Omit<BoardProps, "tasks" | "group"> {
  readonly set: TaskSet | undefined
  /** The card that the keyboard stands at: it and the first of a column can be reached with Tab. */
  readonly current: string | undefined
  readonly handle: (handle: VirtualListHandle) => void
}

function Column(props: ColumnProps) {
  const source = useTeamSource()
  const ids = createMemo(() => props.set?.tasks.map(({ id }) => id) ?? [], [], { equals: areSame })
  return (
    <section data-slot="column" aria-label={props.set?.label ?? ""}>
      <header>
        <h2>{props.set?.label}</h2>
        <span data-numbers>{ids().length}</span>
      </header>
      <Show when={ids().length > 0} fallback={<p data-slot="none">{t("board.none")}</p>}>
        <div data-slot="cards">
          <VirtualList
            label={t("board.column", { name: props.set?.label ?? "" })}
            rows={ids()}
            keyOf={(id) => id}
            rowHeight={CARD_PIXELS}
            handle={props.handle}
          >
            {(id, index) => (
              <Show when={source.view.tasks[id]}>
                {(task) => (
                  <BoardCard
                    task={task()}
                    isOpen={props.openTask === id}
                    isSelected={props.isSelected(id)}
                    isTabStop={props.current === id || index() === 0}
                    onOpen={props.onOpen}
                  />
                )}
              </Show>
            )}
          </VirtualList>
        </div>
      </Show>
    </section>
  )
}
