import type { TaskDoc } from "@muster/contracts"
import { createMemo, Show } from "solid-js"
import { t, tn } from "#src/i18n/index.ts"
import { Button } from "#src/parts/button.tsx"
import { may } from "#src/session/may.ts"
import { possibleActions } from "#src/team/task/task-actions.ts"
import type { PossibleActions } from "#src/team/task/task-actions.ts"
import type { Selection } from "#src/pages/team/tasks/selection.ts"
import { useTaskMoves } from "#src/pages/team/tasks/task-moves.tsx"

/** Of what is selected, the tasks whose state allows an action: the others would only be refused. */
export const thatCan = (
  tasks: ReadonlyArray<TaskDoc>,
  ids: ReadonlyArray<string>,
  action: keyof PossibleActions,
): ReadonlyArray<string> => {
  const chosen = new Set(ids)
  return tasks.filter((task) => chosen.has(task.id) && possibleActions(task)[action]).map(({ id }) => id)
}

/** Select all, how many are selected, and what can be done with them together. */
export function TaskSelectionBar(props: { readonly selection: Selection; readonly tasks: ReadonlyArray<TaskDoc> }) {
  const moves = useTaskMoves()
  const can = createMemo(() => {
    const ids = props.selection.selected()
    return {
      cancel: thatCan(props.tasks, ids, "cancel"),
      retry: thatCan(props.tasks, ids, "retry"),
      reassign: thatCan(props.tasks, ids, "reassign"),
    }
  })
  const clear = () => props.selection.clear()
  const retry = () => {
    moves.retry(can().retry)
    clear()
  }
  return (
    <div data-component="selection-bar">
      <label>
        <input type="checkbox" checked={props.selection.isAll()} onChange={() => props.selection.toggleAll()} />
        {t("common.select-all")}
      </label>
      <Show when={props.selection.selected().length > 0}>
        <span data-numbers>{tn("common.selected", props.selection.selected().length)}</span>
        <Show when={can().reassign.length > 0 && may("task.reassign")}>
          <Button onClick={() => moves.ask("reassign", can().reassign, clear)}>
            {t("selection.reassign", { n: can().reassign.length })}
          </Button>
        </Show>
        <Show when={can().retry.length > 0 && may("task.retry")}>
          <Button onClick={retry}>{t("selection.retry", { n: can().retry.length })}</Button>
        </Show>
        <Show when={can().cancel.length > 0 && may("task.cancel")}>
          <Button onClick={() => moves.ask("cancel", can().cancel, clear)}>
            {t("selection.cancel", { n: can().cancel.length })}
          </Button>
        </Show>
        <Button variant="ghost" onClick={clear}>
          {t("selection.clear")}
        </Button>
      </Show>
    </div>
  )
}
