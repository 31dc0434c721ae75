import type { TaskDetail, TaskDoc } from "@muster/contracts"
import { For, Show } from "solid-js"
import type { JSX } from "solid-js"
import { t, tn } from "#src/i18n/index.ts"
import { absoluteTime, durationText, millisOf } from "#src/lib/time.ts"
import { CodeBlock } from "#src/parts/code-block.tsx"
import { CopyButton } from "#src/parts/copy-button.tsx"
import { Markdown } from "#src/parts/markdown.tsx"
import { Attached } from "#src/team/chat/attach/attached.tsx"
import { taskName } from "#src/team/names.ts"
import { useTeamSource } from "#src/team/source.ts"

export interface SpecSectionProps {
  readonly task: TaskDoc
  readonly spec: TaskDetail["spec"] | undefined
  readonly onOpenTask: (id: string) => void
}

/** What was asked for, and under which conditions. */
export function SpecSection(props: SpecSectionProps) {
  const source = useTeamSource()
  const inputs = () => Object.entries(props.spec?.inputs ?? {})
  const command = () => props.spec?.runtimeOptions.command
  const simulated = () => props.spec?.runtimeOptions.simulated
  const retryText = () =>
    props.task.retry.maxAttempts === 1
      ? "1"
      : t("panel.attempts-value", {
          n: props.task.retry.maxAttempts,
          pause: durationText(props.task.retry.backoffMillis),
        })
  return (
    <>
      <Show when={props.spec}>
        {(spec) => (
          <section data-slot="section" aria-label={t("panel.spec")}>
            <h3>{t("panel.spec")}</h3>
            <Show
              when={spec().instructions.trim() !== ""}
              fallback={<p data-slot="note">{t("panel.no-instructions")}</p>}
            >
              <Markdown source={spec().instructions} />
            </Show>
            <Show when={spec().attachments}>{(files) => <Attached teamId={source.teamId} files={files()} />}</Show>
            <For each={inputs()}>{([name, value]) => <CodeBlock label={name} code={value} />}</For>
            <Show when={command()?.argv}>
              {(argv) => <CodeBlock label={t("panel.argv")} code={argv().join("\n")} />}
            </Show>
          </section>
        )}
      </Show>
      <section data-slot="section" aria-label={t("panel.limits")}>
        <h3>{t("panel.limits")}</h3>
        <dl data-slot="options" data-numbers>
          <Option term={t("panel.priority")}>{props.task.priority}</Option>
          <Option term={t("panel.time-limit")}>{durationText(props.task.timeLimitMillis)}</Option>
          <Option term={t("panel.attempts")}>{retryText()}</Option>
          <Show when={props.task.deadlineAt}>
            {(at) => <Option term={t("panel.deadline")}>{absoluteTime(millisOf(at()))}</Option>}
          </Show>
          <Show when={props.task.notBefore}>
            {(at) => <Option term={t("panel.not-before")}>{absoluteTime(millisOf(at()))}</Option>}
          </Show>
          <Show when={props.task.after.length > 0}>
            <Option term={t("panel.after")}>
              <For each={props.task.after}>
                {(id) => (
                  <button type="button" data-slot="task-link" onClick={() => props.onOpenTask(id)}>
                    {taskName(source.view, id)}
                  </button>
                )}
              </For>
            </Option>
          </Show>
          <Show when={simulated()?.durationMillis}>
            {(millis) => <Option term={t("panel.duration")}>{durationText(millis())}</Option>}
          </Show>
          <Show when={simulated()?.steps}>
            {(steps) => <Option term={t("panel.script")}>{tn("panel.steps", steps().length)}</Option>}
          </Show>
          <Option term={t("panel.task-id")}>
            <code>{props.task.id}</code>
            <CopyButton text={props.task.id} label={t("panel.copy-id")} />
          </Option>
        </dl>
      </section>
    </>
  )
}

function Option(props: { readonly term: string; readonly children: JSX.Element }) {
  return (
    <div>
      <dt>{props.term}</dt>
      <dd>{props.children}</dd>
    </div>
  )
}
