import { Match, Show, Switch } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { durationText } from "#src/lib/time.ts"
import { Markdown } from "#src/parts/markdown.tsx"
import type { ShownStep } from "#src/team/task/step-moment.ts"
import "./step-body.css"

/** What an agent did: tools fold away what went in and came out, thoughts stand back, what it says is formatted. */
export function StepBody(props: { readonly step: ShownStep }) {
  const title = () => (props.step.title.trim() === "" ? t(`step.kind.${props.step.kind}`) : props.step.title)
  const text = () => (props.step.detail.trim() === "" ? title() : props.step.detail)
  return (
    <div data-component="step" data-kind={props.step.kind} data-status={props.step.status}>
      <Switch>
        <Match when={props.step.kind === "tool" && props.step.detail !== ""}>
          <details>
            <summary>
              <ToolLine step={props.step} title={title()} />
            </summary>
            <pre tabindex="0">{props.step.detail}</pre>
          </details>
        </Match>
        <Match when={props.step.kind === "tool"}>
          <ToolLine step={props.step} title={title()} />
        </Match>
        <Match when={props.step.kind === "thought" && text().trim() !== title().trim()}>
          <details>
            <summary>{title()}</summary>
            <Markdown source={text()} />
          </details>
        </Match>
        <Match when={true}>
          <Markdown source={text()} />
        </Match>
      </Switch>
    </div>
  )
}

/** The tool in a few words, and how it ended where that says more than its colour. */
function ToolLine(props: { readonly step: ShownStep; readonly title: string }) {
  const status = () => (props.step.status === "completed" ? undefined : props.step.status)
  return (
    <>
      <span data-slot="tool">{props.title}</span>
      <Show when={status()}>{(word) => <span data-slot="ending">{t(`step.${word()}`)}</span>}</Show>
      <Show when={props.step.durationMillis}>
        {(millis) => (
          <span data-slot="ending" data-numbers>
            {durationText(millis())}
          </span>
        )}
      </Show>
    </>
  )
}
