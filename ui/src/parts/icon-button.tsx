import { splitProps } from "solid-js"
import type { Component } from "solid-js"
import { Tooltip } from "#src/parts/tooltip.tsx"
import type { TriggerAttributes } from "#src/parts/trigger.ts"
import "./icon-button.css"

/** What an icon takes: all icons of the set have this face. */
export type Icon = Component<{ size?: number | string; "aria-hidden"?: boolean | "true" | "false" }>

export interface IconButtonProps extends Omit<TriggerAttributes, "aria-label"> {
  readonly icon: Icon
  /** Names the button to screen readers and shows as its tooltip. */
  readonly label: string
  /** Binding to show beside the label. */
  readonly keys?: string | undefined
  readonly placement?: "top" | "right" | "bottom" | "left"
}

export function IconButton(props: IconButtonProps) {
  const [own, rest] = splitProps(props, ["icon", "label", "keys", "placement"])
  return (
    <Tooltip
      text={own.label}
      {...(own.keys === undefined ? {} : { keys: own.keys })}
      {...(own.placement === undefined ? {} : { placement: own.placement })}
      trigger={{ ...rest, "data-component": "icon-button", "aria-label": own.label }}
    >
      <own.icon size={16} aria-hidden="true" />
    </Tooltip>
  )
}
