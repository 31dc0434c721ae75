import type { TaskDoc } from "@muster/contracts"
import { Show } from "solid-js"
import { createAction } from "#src/api/action.ts"
import { commands } from "#src/api/commands.ts"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { Button } from "#src/parts/button.tsx"
import { may } from "#src/session/may.ts"
import { useTeamSource } from "#src/team/source.ts"
import { possibleActions } from "#src/team/task/task-actions.ts"

/** Ends a turn, or has it tried again. */
export function TurnActions(props: { readonly task: TaskDoc }) {
  const source = useTeamSource()
  const params = () => ({ team: source.teamId, task: props.task.id })
  const possible = () => possibleActions(props.task)
  const stop = createAction(async () => {
    await commands.cancelTask({ params: params(), body: { reason: t("chat.stopped") } })
  })
  const retry = createAction(async () => {
    if (possible().redrive) await commands.redriveTask({ params: params(), body: {} })
    else await commands.retryTask({ params: params(), body: {} })
  })
  return (
    <>
      <Show when={possible().cancel && may("task.cancel")}>
        <Button variant="ghost" busy={stop.isBusy()} onClick={() => void stop.run()}>
          {t("chat.stop")}
        </Button>
      </Show>
      <Show when={(possible().retry && may("task.retry")) || (possible().redrive && may("task.redrive"))}>
        <Button variant="ghost" busy={retry.isBusy()} onClick={() => void retry.run()}>
          {t("common.retry")}
        </Button>
      </Show>
      <Show when={stop.failure() ?? retry.failure()}>
        {(failure) => <span role="alert">{failureText(failure())}</span>}
      </Show>
    </>
  )
}
