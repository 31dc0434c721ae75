import type { ChatMessageDoc } from "@muster/contracts"
import ChevronDown from "lucide-solid/icons/chevron-down"
import ChevronRight from "lucide-solid/icons/chevron-right"
import MessageSquare from "lucide-solid/icons/message-square"
import { For, Show, createMemo } from "solid-js"
import { t, tn } from "#src/i18n/index.ts"
import { TASKS_UNFOLDED_MAX } from "#src/limits.ts"
import { actorName, taskName } from "#src/team/names.ts"
import { TaskLink } from "#src/team/chat/task-card.tsx"
import { useTeamSource } from "#src/team/source.ts"
import { phaseCounts } from "#src/team/chat/phase-counts.ts"

/** Replies in a task's own thread: one line, which opens the task with its thread. */
export function ThreadLine(props: {
  readonly taskId: string
  readonly messages: ReadonlyArray<ChatMessageDoc>
  readonly onOpenTask: (id: string) => void
}) {
  const source = useTeamSource()
  const last = () => props.messages.at(-1)
  const authors = createMemo(() => [...new Set(props.messages.map(({ author }) => actorName(source.view, author)))])
  return (
    <div data-component="folded-row" data-kind="thread">
      <button type="button" onClick={() => props.onOpenTask(props.taskId)}>
        <MessageSquare size={12} aria-hidden="true" />
        <span>
          {t("thread.line", {
            replies: tn("thread.replies", props.messages.length),
            task: taskName(source.view, props.taskId),
            who: authors().join(", "),
          })}
        </span>
        <span data-slot="last">{last()?.text}</span>
      </button>
    </div>
  )
}

/** Many tasks that were dispatched one after the other: one line with how they stand, and all of them on demand. */
export function TasksLine(props: {
  readonly taskIds: ReadonlyArray<string>
  readonly isOpen: boolean
  readonly onToggle: () => void
  readonly onOpenTask: (id: string) => void
}) {
  const source = useTeamSource()
  const counts = createMemo(() => phaseCounts(source.raw().tasks, props.taskIds))
  const words = () =>
    [
      ...(counts().needsYou > 0 ? [t("tasks-line.needs-you", { n: counts().needsYou })] : []),
      ...(counts().open > 0 ? [t("tasks-line.open", { n: counts().open })] : []),
      ...(counts().done > 0 ? [t("tasks-line.done", { n: counts().done })] : []),
      ...(counts().failed > 0 ? [t("tasks-line.failed", { n: counts().failed })] : []),
    ].join(", ")
  return (
    <div data-component="folded-row" data-kind="tasks">
      <button type="button" aria-expanded={props.isOpen} onClick={() => props.onToggle()}>
        <Show when={props.isOpen} fallback={<ChevronRight size={12} aria-hidden="true" />}>
          <ChevronDown size={12} aria-hidden="true" />
        </Show>
        <span>{tn("tasks-line.dispatched", props.taskIds.length)}</span>
        <span data-slot="last" data-numbers>
          {words()}
        </span>
      </button>
      <Show when={props.isOpen}>
        <div data-slot="list">
          <Show when={props.taskIds.length > TASKS_UNFOLDED_MAX}>
            <p>{tn("tasks-line.earlier", props.taskIds.length - TASKS_UNFOLDED_MAX)}</p>
          </Show>
          <For each={props.taskIds.slice(-TASKS_UNFOLDED_MAX)}>
            {(id) => (
              <Show when={source.view.tasks[id]}>{(task) => <TaskLink task={task()} onOpen={props.onOpenTask} />}</Show>
            )}
          </For>
        </div>
      </Show>
    </div>
  )
}
