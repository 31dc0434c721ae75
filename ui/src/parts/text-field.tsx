import { TextField as Kobalte } from "@kobalte/core/text-field"
import { Show, splitProps } from "solid-js"
import type { JSX } from "solid-js"
import "./field.css"

export interface TextFieldProps {
  readonly label: string
  /** Keeps the label for screen readers alone, where the place says enough (a search, a composer). */
  readonly hideLabel?: boolean
  readonly hint?: string
  /** Replaces the hint and marks the field invalid. */
  readonly error?: string | undefined
  readonly value: string
  readonly onInput: (value: string) => void
  readonly required?: boolean
  readonly disabled?: boolean
  readonly placeholder?: string
  readonly maxLength?: number
  readonly autocomplete?: string
  readonly inputRef?: (element: HTMLInputElement | HTMLTextAreaElement) => void
  readonly onKeyDown?: JSX.EventHandler<HTMLElement, KeyboardEvent>
}

const ROOT = ["required", "disabled"] as const
const INPUT = ["placeholder", "maxLength", "autocomplete", "onKeyDown"] as const

/** One line of text with label, hint and error, tied together for assistive technology. */
export function TextField(
  props: TextFieldProps & { readonly type?: "text" | "password" | "search" | "datetime-local" },
) {
  const [root, input, own] = splitProps(props, ROOT, INPUT)
  return (
    <Frame {...root} {...own}>
      <Kobalte.Input {...input} ref={own.inputRef} data-slot="control" type={own.type ?? "text"} spellcheck={false} />
    </Frame>
  )
}

/** Several lines of text. `rows` is the height before the person drags it. */
export function TextArea(props: TextFieldProps & { readonly rows?: number; readonly autoResize?: boolean }) {
  const [root, input, own] = splitProps(props, ROOT, INPUT)
  return (
    <Frame {...root} {...own}>
      <Kobalte.TextArea
        {...input}
        ref={own.inputRef}
        data-slot="control"
        rows={own.rows ?? 3}
        autoResize={own.autoResize ?? false}
      />
    </Frame>
  )
}

function Frame(props: Omit<TextFieldProps, (typeof INPUT)[number]> & { readonly children: JSX.Element }) {
  const [root] = splitProps(props, ROOT)
  return (
    <Kobalte
      {...root}
      data-component="field"
      value={props.value}
      onChange={(value) => props.onInput(value)}
      validationState={props.error === undefined ? "valid" : "invalid"}
    >
      <Kobalte.Label data-slot="label" classList={{ "visually-hidden": props.hideLabel === true }}>
        {props.label}
      </Kobalte.Label>
      {props.children}
      <Show when={props.hint !== undefined && props.error === undefined}>
        <Kobalte.Description data-slot="hint">{props.hint}</Kobalte.Description>
      </Show>
      <Kobalte.ErrorMessage data-slot="error">{props.error}</Kobalte.ErrorMessage>
    </Kobalte>
  )
}
