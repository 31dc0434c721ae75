import { Select as Kobalte } from "@kobalte/core/select"
import Check from "lucide-solid/icons/check"
import ChevronsUpDown from "lucide-solid/icons/chevrons-up-down"
import { Show } from "solid-js"
import "./field.css"
import "./menu.css"
import "./select.css"

export interface SelectOption<V extends string = string> {
  readonly value: V
  readonly label: string
  readonly disabled?: boolean
}

export interface SelectProps<V extends string> {
  readonly label: string
  readonly hideLabel?: boolean
  readonly hint?: string | undefined
  readonly error?: string | undefined
  readonly options: ReadonlyArray<SelectOption<V>>
  readonly value: V
  readonly onChange: (value: V) => void
  readonly disabled?: boolean
}

/** One of a short list. Typing jumps to an option; arrows and Enter choose. */
export function Select<V extends string>(props: SelectProps<V>) {
  const chosen = () => props.options.find((option) => option.value === props.value) ?? null
  return (
    <Kobalte<SelectOption<V>>
      data-component="field"
      options={[...props.options]}
      optionValue="value"
      optionTextValue="label"
      optionDisabled={(option) => option.disabled === true}
      value={chosen()}
      // The part below also tells of a value that came from outside with new options; answering that would never end.
      onChange={(option) => option !== null && option.value !== props.value && props.onChange(option.value)}
      disallowEmptySelection
      disabled={props.disabled === true}
      validationState={props.error === undefined ? "valid" : "invalid"}
      gutter={4}
      sameWidth
      itemComponent={(item) => (
        <Kobalte.Item item={item.item} data-slot="item">
          <Kobalte.ItemLabel>{item.item.rawValue.label}</Kobalte.ItemLabel>
          <Kobalte.ItemIndicator data-slot="mark">
            <Check size={14} aria-hidden="true" />
          </Kobalte.ItemIndicator>
        </Kobalte.Item>
      )}
    >
      <Kobalte.Label data-slot="label" classList={{ "visually-hidden": props.hideLabel === true }}>
        {props.label}
      </Kobalte.Label>
      <Kobalte.Trigger data-slot="control" data-component="select">
        <Kobalte.Value<SelectOption<V>>>{(state) => state.selectedOption()?.label}</Kobalte.Value>
        <ChevronsUpDown size={14} aria-hidden="true" />
      </Kobalte.Trigger>
      <Show when={props.hint !== undefined && props.error === undefined}>
        <Kobalte.Description data-slot="hint">{props.hint}</Kobalte.Description>
      </Show>
      <Kobalte.ErrorMessage data-slot="error">{props.error}</Kobalte.ErrorMessage>
      <Kobalte.Portal>
        {/* Marked as on top: an open dialog hides everything outside itself from assistive technology, and this stands outside. */}
        <Kobalte.Content data-component="menu" data-kb-top-layer="">
          <Kobalte.Listbox data-slot="list" />
        </Kobalte.Content>
      </Kobalte.Portal>
    </Kobalte>
  )
}
