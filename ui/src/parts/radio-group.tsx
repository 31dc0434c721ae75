import { RadioGroup as Kobalte } from "@kobalte/core/radio-group"
import { For, Show } from "solid-js"
import "./field.css"
import "./radio-group.css"

export interface RadioOption<V extends string = string> {
  readonly value: V
  readonly label: string
  readonly hint?: string
  readonly disabled?: boolean
}

export interface RadioGroupProps<V extends string> {
  readonly label: string
  readonly options: ReadonlyArray<RadioOption<V>>
  readonly value: V
  readonly onChange: (value: V) => void
  /** Side by side instead of one below the other. */
  readonly inline?: boolean
}

/** One of a few, all in sight. */
export function RadioGroup<V extends string>(props: RadioGroupProps<V>) {
  const change = (value: string) => {
    const option = props.options.find((candidate) => candidate.value === value)
    if (option !== undefined) props.onChange(option.value)
  }
  return (
    <Kobalte data-component="field" value={props.value} onChange={change}>
      <Kobalte.Label data-slot="label">{props.label}</Kobalte.Label>
      <div data-component="radio-list" data-inline={props.inline === true}>
        <For each={props.options}>
          {(option) => (
            <Kobalte.Item value={option.value} disabled={option.disabled === true} data-slot="item">
              <Kobalte.ItemInput data-slot="input" />
              <Kobalte.ItemControl data-slot="ring">
                <Kobalte.ItemIndicator data-slot="dot" />
              </Kobalte.ItemControl>
              <span data-slot="text">
                <Kobalte.ItemLabel>{option.label}</Kobalte.ItemLabel>
                <Show when={option.hint}>
                  <Kobalte.ItemDescription data-slot="hint">{option.hint}</Kobalte.ItemDescription>
                </Show>
              </span>
            </Kobalte.Item>
          )}
        </For>
      </div>
    </Kobalte>
  )
}
