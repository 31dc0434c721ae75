import type { TaskDoc } from "@muster/contracts"
import { isClosed } from "@muster/domain"
import { Show } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { Markdown } from "#src/parts/markdown.tsx"
import { failureWords } from "#src/team/history/failure-words.ts"
import { Section } from "#src/team/task/section.tsx"
import "./outcome.css"

/** How the run ended, or why the attempt before it did not get there. */
export function Outcome(props: { readonly task: TaskDoc }) {
  const isFailed = () => isClosed(props.task.phase) && props.task.phase !== "succeeded"
  return (
    <>
      <Show when={props.task.phase !== "succeeded" && props.task.phase !== "cancelled" && props.task.failure}>
        {(failure) => (
          <Section title={isFailed() ? t("panel.failure") : t("panel.failure-before")}>
            <div data-component="run-failure">
              <p>{failureWords(failure().reason)}</p>
              <Show when={failure().message !== ""}>
                <pre>{failure().message}</pre>
              </Show>
              <Show when={failure().reason !== "exit-code" && props.task.result?.exitCode}>
                {(code) => <p data-slot="note">{t("panel.exit-code", { n: code() })}</p>}
              </Show>
            </div>
          </Section>
        )}
      </Show>
      <Show when={props.task.phase === "succeeded" && props.task.result}>
        {(result) => (
          <Section title={t("panel.result")}>
            <Show when={result().summary !== ""} fallback={<p data-slot="note">{t("state.succeeded")}</p>}>
              <Markdown source={result().summary} />
            </Show>
          </Section>
        )}
      </Show>
    </>
  )
}
