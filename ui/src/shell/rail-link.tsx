import { A } from "@solidjs/router"
import { Tooltip as Kobalte } from "@kobalte/core/tooltip"
import { Show } from "solid-js"
import type { JSX } from "solid-js"

export interface RailLinkProps {
  readonly href: string
  readonly label: string
  readonly icon: JSX.Element
  readonly collapsed: boolean
  /** Active on this address alone, not on those below it. */
  readonly end?: boolean
  /** What stands at the right end: a count, a pin. */
  readonly aside?: JSX.Element
}

/** One line of the rail. Collapsed to its icon it says its name in a tooltip, by pointer and by keyboard. */
export function RailLink(props: RailLinkProps) {
  return (
    <li data-slot="entry">
      <Kobalte placement="right" gutter={8} openDelay={200} closeDelay={0} disabled={!props.collapsed}>
        <Kobalte.Trigger as={A} href={props.href} end={props.end === true} data-slot="link">
          <span data-slot="icon" aria-hidden="true">
            {props.icon}
          </span>
          <span data-slot="label">{props.label}</span>
        </Kobalte.Trigger>
        <Kobalte.Portal>
          <Kobalte.Content data-component="tooltip">{props.label}</Kobalte.Content>
        </Kobalte.Portal>
      </Kobalte>
      <Show when={props.aside !== undefined && !props.collapsed}>{props.aside}</Show>
    </li>
  )
}
