import { Switch as Kobalte } from "@kobalte/core/switch"
import { Show } from "solid-js"
import "./switch.css"

export interface SwitchProps {
  readonly label: string
  readonly hint?: string
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
  readonly disabled?: boolean
}

/** A setting that takes effect at once. */
export function Switch(props: SwitchProps) {
  return (
    <Kobalte
      data-component="switch"
      checked={props.checked}
      onChange={(checked) => props.onChange(checked)}
      disabled={props.disabled === true}
    >
      <Kobalte.Input data-slot="input" />
      <Kobalte.Control data-slot="track">
        <Kobalte.Thumb data-slot="thumb" />
      </Kobalte.Control>
      <span data-slot="text">
        <Kobalte.Label data-slot="label">{props.label}</Kobalte.Label>
        <Show when={props.hint}>
          <Kobalte.Description data-slot="hint">{props.hint}</Kobalte.Description>
        </Show>
      </span>
    </Kobalte>
  )
}
