import type { TaskDoc } from "@muster/contracts"
import { isClosed } from "@muster/domain"
import { Show } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { hinted } from "#src/lib/hint.ts"
import { Progress } from "#src/parts/progress.tsx"
import { RelativeTime } from "#src/parts/relative-time.tsx"
import { StateBadge } from "#src/parts/state-badge.tsx"
import { targetLabel, taskLabel } from "#src/team/names.ts"
import { useTeamSource } from "#src/team/source.ts"
import { taskLook, taskMoment } from "#src/team/task-look.ts"
import "#src/parts/row-button.css"
import "./task-row.css"

export interface TaskRowProps {
  readonly task: TaskDoc
  /** Its panel is open. */
  readonly isOpen: boolean
  readonly onOpen: (id: string) => void
}

/** One task as a line: what, who, how far, since when. The whole line is one button. */
export function TaskRow(props: TaskRowProps) {
  const source = useTeamSource()
  const look = () => taskLook(props.task, source.view, source.now())
  const isUnderWay = () => props.task.percent !== null && !isClosed(props.task.phase)
  return (
    <button
      type="button"
      data-component="task-row"
      data-variant="row"
      data-open={props.isOpen}
      data-task={props.task.id}
      aria-expanded={props.isOpen}
      onClick={() => props.onOpen(props.task.id)}
    >
      <span data-slot="number">{taskLabel(props.task.number)}</span>
      <span ref={hinted(() => props.task.title)} data-slot="title">
        {props.task.title}
      </span>
      <span data-slot="member">{targetLabel(source.view, props.task)}</span>
      <StateBadge state={look().state} detail={look().detail} />
      <RelativeTime at={taskMoment(props.task)} now={source.now()} />
      <Show when={isUnderWay()}>
        <Progress
          label={t("tasks.progress-of", { task: taskLabel(props.task.number) })}
          percent={props.task.percent ?? 0}
        />
      </Show>
    </button>
  )
}
