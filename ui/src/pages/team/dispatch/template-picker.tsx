import type { TaskTemplateDoc } from "@muster/contracts"
import { For, Show, createEffect, createSignal, on } from "solid-js"
import { t } from "#src/i18n/index.ts"

export interface TemplatePickerProps {
  readonly id: string
  readonly templates: ReadonlyArray<TaskTemplateDoc>
  readonly onPick: (template: TaskTemplateDoc) => void
  /** Hands out what the keys of the text field beside it do here; each answers whether it did something. */
  readonly keys: (press: (event: KeyboardEvent) => boolean) => void
}

/** What the template says beyond its name. */
const firstLineBeside = ({ name, draft }: TaskTemplateDoc): string =>
  [draft.title ?? "", ...draft.instructions.split("\n")]
    .map((line) => line.trim())
    .find((line) => line !== "" && line !== name) ?? ""

/** The templates that fit what is typed after a slash. The focus stays in the text: arrows choose, Enter takes. */
export function TemplatePicker(props: TemplatePickerProps) {
  const [cursor, setCursor] = createSignal(0)
  createEffect(
    on(
      () => props.templates,
      () => setCursor(0),
    ),
  )
  const press = (event: KeyboardEvent): boolean => {
    const count = props.templates.length
    if (count === 0) return false
    if (event.key === "ArrowDown") setCursor((cursor() + 1) % count)
    else if (event.key === "ArrowUp") setCursor((cursor() + count - 1) % count)
    else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      const chosen = props.templates[cursor()]
      if (chosen === undefined) return false
      props.onPick(chosen)
    } else return false
    return true
  }
  // eslint-disable-next-line solid/reactivity -- handed out once; what it reads is read when keys are pressed
  props.keys(press)
  return (
    <Show when={props.templates.length > 0} fallback={<p data-slot="hint">{t("template.none-match")}</p>}>
      <ul id={props.id} role="listbox" aria-label={t("template.list")} data-slot="templates">
        <For each={props.templates}>
          {(template, index) => (
            <li
              role="option"
              aria-selected={cursor() === index()}
              onPointerDown={(event) => {
                event.preventDefault()
                props.onPick(template)
              }}
            >
              <strong>{template.name}</strong>
              <span>{firstLineBeside(template)}</span>
            </li>
          )}
        </For>
      </ul>
    </Show>
  )
}
