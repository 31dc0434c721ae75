import { Show } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { CodeBlock } from "#src/parts/code-block.tsx"
import { readableArguments } from "#src/team/task/readable-arguments.ts"

/** What an agent asks leave for, to the letter: never as Markdown, which could hide a part of it. */
export function AskedAction(props: { readonly action: string; readonly detail: string }) {
  return (
    <>
      <p data-slot="action">{props.action}</p>
      <Show when={props.detail !== ""}>
        <CodeBlock code={readableArguments(props.detail)} label={t("needs.arguments")} />
      </Show>
    </>
  )
}
