import { A } from "@solidjs/router"
import { isClosed } from "@muster/domain"
import { Show, onCleanup } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { ErrorState } from "#src/parts/error-state.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { StateBadge } from "#src/parts/state-badge.tsx"
import type { DockPane } from "#src/shell/dock/dock-model.ts"
import { StatusLine } from "#src/shell/status-line.tsx"
import { taskLabel } from "#src/team/names.ts"
import { holdLiveTeam } from "#src/team/team-pool.ts"
import { taskLook } from "#src/team/task-look.ts"
import { Output } from "#src/team/task/output.tsx"
import { createOpenedTask } from "#src/team/task/task-doc.ts"
import { TeamSourceProvider } from "#src/team/source.ts"
import type { LiveTeam } from "#src/team/live-team.ts"
import "./docked-output.css"

/** The output of a task in the dock: it goes on being read while its page is left, over the team's one stream. */
export default function DockedOutput(props: { readonly pane: DockPane }) {
  // eslint-disable-next-line solid/reactivity -- another team is another pane
  const team = holdLiveTeam(props.pane.teamId)
  return (
    <TeamSourceProvider source={team}>
      <Body pane={props.pane} team={team} />
    </TeamSourceProvider>
  )
}

function Body(props: { readonly pane: DockPane; readonly team: LiveTeam }) {
  // eslint-disable-next-line solid/reactivity -- another task is another pane
  const opened = createOpenedTask(props.pane.taskId)
  const href = () =>
    `/teams/${encodeURIComponent(props.pane.teamId)}/live?task=${encodeURIComponent(props.pane.taskId)}`
  const followOutput = (grown: (assignmentId: string) => void) =>
    onCleanup(
      // eslint-disable-next-line solid/reactivity -- a listener: it reads what holds when it is called
      props.team.onOutput((notice) => {
        if (notice.taskId === props.pane.taskId) grown(notice.assignmentId)
      }),
    )
  return (
    <Show
      when={opened.task()}
      fallback={
        <Show when={opened.failure()} fallback={<Skeleton lines={4} />}>
          {(failure) => <ErrorState title={t("panel.failed")} detail={failure().title} onRetry={opened.reload} />}
        </Show>
      }
    >
      {(task) => (
        <div data-component="docked-output">
          <p data-slot="facts">
            <A href={href()}>{t("dock.open-task")}</A>
            <StateBadge state={taskLook(task(), props.team.view, props.team.now()).state} />
            <StatusLine status={props.team.status()} />
          </p>
          <Show when={task().outputAssignmentId} keyed fallback={<p data-slot="none">{t("dock.no-output")}</p>}>
            {(assignmentId) => (
              <Output
                teamId={props.pane.teamId}
                taskId={props.pane.taskId}
                assignmentId={assignmentId}
                label={t("panel.output-of", { task: taskLabel(task().number) })}
                fileName={`${taskLabel(task().number)}.txt`}
                isEnded={isClosed(task().phase)}
                isTruncated={task().result?.output.isTruncated === true}
                pulse={task().revision}
                fills
                onGrown={followOutput}
              />
            )}
          </Show>
        </div>
      )}
    </Show>
  )
}
