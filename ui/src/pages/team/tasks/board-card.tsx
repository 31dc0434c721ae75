import type { TaskDoc } from "@muster/contracts"
import { isClosed } from "@muster/domain"
import Ellipsis from "lucide-solid/icons/ellipsis"
import { Show } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { hinted } from "#src/lib/hint.ts"
import { Menu } from "#src/parts/menu.tsx"
import { Progress } from "#src/parts/progress.tsx"
import { RelativeTime } from "#src/parts/relative-time.tsx"
import { StateBadge } from "#src/parts/state-badge.tsx"
import { targetLabel, taskLabel } from "#src/team/names.ts"
import { useTeamSource } from "#src/team/source.ts"
import { taskLook, taskMoment } from "#src/team/task-look.ts"
import { useTaskMoves } from "#src/pages/team/tasks/task-moves.tsx"

export interface BoardCardProps {
  readonly task: TaskDoc
  readonly isOpen: boolean
  readonly isSelected: boolean
  readonly isTabStop: boolean
  readonly onOpen: (id: string) => void
}

/** One task as a card: what, who, how far; and a menu of what can be done with it. */
export function BoardCard(props: BoardCardProps) {
  const source = useTeamSource()
  const moves = useTaskMoves()
  const look = () => taskLook(props.task, source.view, source.now())
  const items = () => moves.itemsFor(props.task)
  return (
    <div data-component="board-card" data-open={props.isOpen} data-selected={props.isSelected}>
      <button
        type="button"
        data-slot="open"
        data-task={props.task.id}
        tabindex={props.isTabStop ? 0 : -1}
        aria-expanded={props.isOpen}
        onClick={() => props.onOpen(props.task.id)}
      >
        <span data-slot="line">
          <span data-slot="number">{taskLabel(props.task.number)}</span>
          <span ref={hinted(() => props.task.title)} data-slot="title">
            {props.task.title}
          </span>
        </span>
        <span data-slot="line">
          <StateBadge state={look().state} detail={look().detail} />
          <span data-slot="member">{targetLabel(source.view, props.task)}</span>
          <RelativeTime at={taskMoment(props.task)} now={source.now()} />
        </span>
        <Show when={props.task.percent !== null && !isClosed(props.task.phase)}>
          <Progress
            label={t("tasks.progress-of", { task: taskLabel(props.task.number) })}
            percent={props.task.percent ?? 0}
          />
        </Show>
        <Show when={props.isSelected}>
          <span class="visually-hidden">{t("common.is-selected")}</span>
        </Show>
      </button>
      <Show when={items().length > 0}>
        <Menu
          items={items()}
          trigger={{
            "aria-label": t("board.move", { task: taskLabel(props.task.number) }),
            "data-variant": "ghost",
            tabindex: props.isTabStop ? 0 : -1,
          }}
        >
          <Ellipsis size={14} aria-hidden="true" />
        </Menu>
      </Show>
    </div>
  )
}
