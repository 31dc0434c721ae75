import { Show, onCleanup } from "solid-js"
import { TaskPanel } from "#src/team/task/panel.tsx"
import { PanelActions } from "#src/pages/team/tasks/panel-actions.tsx"
import { AnswerForm, ApprovalForm } from "#src/team/task/requests.tsx"
import { ThreadForm } from "#src/team/task/thread.tsx"
import { useLiveTeam } from "#src/team/live-team.ts"
import { usePeek } from "#src/pages/team/peek.ts"

/** The panel of the task in the address, with everything that can be done with it. */
export function LiveTaskPanel() {
  const team = useLiveTeam()
  const peek = usePeek()
  return (
    <Show when={peek.taskId()} keyed>
      {(taskId) => (
        <TaskPanel
          taskId={taskId}
          onClose={peek.close}
          onMove={peek.move()}
          onOpenTask={(id) => peek.open(id)}
          actions={PanelActions}
          answer={AnswerForm}
          approval={ApprovalForm}
          thread={ThreadForm}
          onOutput={(id, grown) =>
            onCleanup(
              team.onOutput((notice) => {
                if (notice.taskId === id) grown(notice.assignmentId)
              }),
            )
          }
        />
      )}
    </Show>
  )
}
