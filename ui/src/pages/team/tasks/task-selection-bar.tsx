import type { TaskDoc } from "@muster/contracts"
import { createMemo } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { may } from "#src/session/may.ts"
import { possibleActions } from "#src/team/task/task-actions.ts"
import type { PossibleActions } from "#src/team/task/task-actions.ts"
import type { Selection } from "#src/pages/team/tasks/selection.ts"
import { SelectionBar } from "#src/pages/team/tasks/selection-bar.tsx"
import type { SelectionAct } from "#src/pages/team/tasks/selection-bar.tsx"
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

/** What can be done with the selected tasks together. */
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
  const isOffered = (action: "cancel" | "retry" | "reassign") => can()[action].length > 0 && may(`task.${action}`)
  const acts = (): ReadonlyArray<SelectionAct> => [
    ...(isOffered("reassign")
      ? [
          {
            label: t("selection.reassign", { n: can().reassign.length }),
            run: () => moves.ask("reassign", can().reassign, clear),
          },
        ]
      : []),
    ...(isOffered("retry") ? [{ label: t("selection.retry", { n: can().retry.length }), run: retry }] : []),
    ...(isOffered("cancel")
      ? [
          {
            label: t("selection.cancel", { n: can().cancel.length }),
            run: () => moves.ask("cancel", can().cancel, clear),
          },
        ]
      : []),
  ]
  return <SelectionBar selection={props.selection} acts={acts()} />
}
