import type { TaskDoc } from "@muster/contracts"
import { A } from "@solidjs/router"
import { For, Show, createMemo } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { absoluteTime, millisOf } from "#src/lib/time.ts"
import { StateBadge } from "#src/parts/state-badge.tsx"
import { taskLabel } from "#src/team/names.ts"
import { useTeamSource } from "#src/team/source.ts"
import { aroundOf, beforeFailure } from "#src/team/task/around.ts"
import { Section } from "#src/team/task/section.tsx"
import type { OpenedTask } from "#src/team/task/task-doc.ts"
import { taskLook } from "#src/team/task-look.ts"

export interface AroundSectionProps {
  readonly task: TaskDoc
  readonly opened: OpenedTask
  readonly onOpenTask: (id: string) => void
}

/** Where a task comes from, what it hangs on and what hangs on it; and the ways into its past. */
export function AroundSection(props: AroundSectionProps) {
  const source = useTeamSource()
  const around = createMemo(() => aroundOf(props.task, source.view))
  const failed = () => beforeFailure(props.opened.events())
  const began = () => props.opened.events()[0]?.position
  const replay = (position: string) =>
    `/teams/${encodeURIComponent(source.teamId)}/replay?at=${position}&task=${encodeURIComponent(props.task.id)}`
  const hasAny = () =>
    around().above.length > 0 ||
    around().after.length > 0 ||
    around().before.length > 0 ||
    props.task.firing !== null ||
    props.task.conversation !== undefined ||
    (source.mode === "live" && began() !== undefined)
  return (
    <Show when={hasAny()}>
      <Section title={t("around.title")}>
        <Show when={props.task.firing}>
          {(firing) => <p data-slot="note">{t("around.schedule", { time: absoluteTime(millisOf(firing().dueAt)) })}</p>}
        </Show>
        <Show when={props.task.conversation}>
          <p data-slot="note">{t("around.message")}</p>
        </Show>
        <Tasks title={t("around.parent")} tasks={around().above} onOpenTask={props.onOpenTask} />
        <Tasks title={t("around.after")} tasks={around().after} onOpenTask={props.onOpenTask} />
        <Tasks title={t("around.before")} tasks={around().before} onOpenTask={props.onOpenTask} />
        <Show when={source.mode === "live"}>
          <p data-slot="past">
            <Show when={failed()}>{(position) => <A href={replay(position())}>{t("panel.replay-before")}</A>}</Show>
            <Show when={began()}>{(position) => <A href={replay(position())}>{t("panel.replay-start")}</A>}</Show>
          </p>
        </Show>
      </Section>
    </Show>
  )
}

interface TasksProps {
  readonly title: string
  readonly tasks: ReadonlyArray<TaskDoc>
  readonly onOpenTask: (id: string) => void
}

function Tasks(props: TasksProps) {
  const source = useTeamSource()
  return (
    <Show when={props.tasks.length > 0}>
      <h4>{props.title}</h4>
      <ul data-slot="parts" aria-label={props.title}>
        <For each={props.tasks}>
          {(task) => {
            const look = () => taskLook(task, source.view, source.now())
            return (
              <li data-slot="part">
                <StateBadge state={look().state} detail={look().detail} />
                <button type="button" data-slot="task-link" onClick={() => props.onOpenTask(task.id)}>
                  {t("panel.label", { task: taskLabel(task.number), title: task.title })}
                </button>
              </li>
            )
          }}
        </For>
      </ul>
    </Show>
  )
}
