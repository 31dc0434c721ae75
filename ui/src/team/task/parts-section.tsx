import type { TaskDoc } from "@muster/contracts"
import { For, Show } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { StateBadge } from "#src/parts/state-badge.tsx"
import { targetLabel, taskLabel } from "#src/team/names.ts"
import { useTeamSource } from "#src/team/source.ts"
import { taskLook } from "#src/team/task-look.ts"
import { Section } from "#src/team/task/section.tsx"
import { partsOf, type Part } from "#src/team/task/tree.ts"

interface PartsProps {
  readonly parts: ReadonlyArray<Part>
  readonly onOpenTask: (id: string) => void
}

function Parts(props: PartsProps) {
  const source = useTeamSource()
  return (
    <ul data-slot="parts">
      <For each={props.parts}>
        {(part) => {
          const look = () => taskLook(part.task, source.view, source.now())
          return (
            <li>
              <span data-slot="part">
                <StateBadge state={look().state} detail={look().detail} />
                <button type="button" data-slot="task-link" onClick={() => props.onOpenTask(part.task.id)}>
                  {t("panel.label", { task: taskLabel(part.task.number), title: part.task.title })}
                </button>
                <span>{targetLabel(source.view, part.task)}</span>
              </span>
              <Show when={part.parts.length > 0}>
                <Parts parts={part.parts} onOpenTask={props.onOpenTask} />
              </Show>
            </li>
          )
        }}
      </For>
    </ul>
  )
}

/** What the agent of this task dispatched, and what those dispatched, with where each stands. */
export function PartsSection(props: { readonly task: TaskDoc; readonly onOpenTask: (id: string) => void }) {
  const source = useTeamSource()
  const parts = () => partsOf(Object.values(source.view.tasks), props.task.id)
  return (
    <Show when={parts().length > 0}>
      <Section title={t("panel.parts")}>
        <Parts parts={parts()} onOpenTask={props.onOpenTask} />
      </Section>
    </Show>
  )
}
