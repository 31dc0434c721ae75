import { Tooltip as Kobalte } from "@kobalte/core/tooltip"
import { Show } from "solid-js"
import type { JSX } from "solid-js"
import { CommandCaps } from "#src/parts/kbd.tsx"
import type { TriggerAttributes } from "#src/parts/trigger.ts"
import "./tooltip.css"

export interface TooltipProps {
  readonly text: string
  readonly keys?: string
  readonly placement?: "top" | "right" | "bottom" | "left"
  /** False shows none, for a label that is already in sight. */
  readonly enabled?: boolean
  /** Attributes of the trigger, which is a button. */
  readonly trigger: TriggerAttributes
  readonly children: JSX.Element
}

/** A button that says its name when hovered or focused. */
export function Tooltip(props: TooltipProps) {
  return (
    <Kobalte
      placement={props.placement ?? "top"}
      gutter={6}
      openDelay={350}
      closeDelay={0}
      disabled={props.enabled === false}
    >
      <Kobalte.Trigger type="button" {...props.trigger}>
        {props.children}
      </Kobalte.Trigger>
      <Kobalte.Portal>
        <Kobalte.Content data-component="tooltip">
          {props.text}
          <Show when={props.keys}>{(keys) => <CommandCaps keys={keys()} />}</Show>
        </Kobalte.Content>
      </Kobalte.Portal>
    </Kobalte>
  )
}
