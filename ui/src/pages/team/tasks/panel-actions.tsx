import type { TaskDoc } from "@muster/contracts"
import { Show } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { Button } from "#src/parts/button.tsx"
import { may } from "#src/session/may.ts"
import { useLiveTeam } from "#src/team/live-team.ts"
import { TaskActions } from "#src/team/task/actions.tsx"
import { possibleActions } from "#src/team/task/task-actions.ts"
import { TaskMovesProvider, useTaskMoves } from "#src/pages/team/tasks/task-moves.tsx"

/** What can be done with the task of a panel: also to give it to somebody else, while it waits. */
export function PanelActions(props: { readonly task: TaskDoc }) {
  return (
    <TaskMovesProvider>
      <TaskActions task={props.task}>
        <Give task={props.task} />
      </TaskActions>
    </TaskMovesProvider>
  )
}

function Give(props: { readonly task: TaskDoc }) {
  const team = useLiveTeam()
  const moves = useTaskMoves()
  const mayGive = () =>
    possibleActions(props.task).reassign && may("task.reassign") && team.view.team?.isArchived === false
  return (
    <Show when={mayGive()}>
      <Button onClick={() => moves.ask("reassign", [props.task.id], () => undefined)}>{t("reassign.to")}</Button>
    </Show>
  )
}
