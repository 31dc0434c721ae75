import { Show } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { millisOf } from "#src/lib/time.ts"
import { Button } from "#src/parts/button.tsx"
import { RelativeTime } from "#src/parts/relative-time.tsx"
import { StateBadge } from "#src/parts/state-badge.tsx"
import { targetLabel, taskLabel } from "#src/team/names.ts"
import { useTeamSource } from "#src/team/source.ts"
import { ArtifactList } from "#src/team/task/artifact-list.tsx"
import { Outcome } from "#src/team/task/outcome.tsx"
import { Section } from "#src/team/task/section.tsx"
import { usageText } from "#src/team/task/usage.ts"
import { taskLook } from "#src/team/task-look.ts"

/** What one task came to: how it ended, what it says, and its files. */
export function ResultView(props: { readonly taskId: string; readonly onOpenTask: (id: string) => void }) {
  const source = useTeamSource()
  return (
    <Show when={source.view.tasks[props.taskId]}>
      {(task) => {
        const look = () => taskLook(task(), source.view, source.now())
        const isBare = () =>
          task().artifacts.length === 0 && (task().result?.summary ?? "") === "" && task().failure === null
        return (
          <article
            data-component="result"
            aria-label={t("panel.label", { task: taskLabel(task().number), title: task().title })}
          >
            <header>
              <h2>{t("panel.label", { task: taskLabel(task().number), title: task().title })}</h2>
              <Button onClick={() => props.onOpenTask(task().id)}>{t("results.open-task")}</Button>
            </header>
            <p data-slot="facts">
              <StateBadge state={look().state} detail={look().detail} />
              <span>{targetLabel(source.view, task())}</span>
              <Show when={task().endedAt}>{(at) => <RelativeTime at={millisOf(at())} now={source.now()} />}</Show>
              <Show when={task().usage}>{(usage) => <span>{usageText(usage())}</span>}</Show>
            </p>
            <Outcome task={task()} />
            <Show when={task().artifacts.length > 0}>
              <Section title={t("panel.artifacts")}>
                <ArtifactList teamId={source.teamId} taskId={task().id} artifacts={task().artifacts} />
              </Section>
            </Show>
            <Show when={isBare()}>
              <p data-slot="note">{t("results.none")}</p>
            </Show>
          </article>
        )
      }}
    </Show>
  )
}
