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
  /** Said with the name, and shown at the icon when there is no room for the name: a count. */
  readonly note?: { readonly short: string; readonly long: string } | undefined
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
            <Show when={props.collapsed && props.note}>{(note) => <span data-slot="dot">{note().short}</span>}</Show>
          </span>
          <span data-slot="label">{props.label}</span>
          <Show when={props.note}>{(note) => <span class="visually-hidden">{note().long}</span>}</Show>
        </Kobalte.Trigger>
        <Kobalte.Portal>
          <Kobalte.Content data-component="tooltip">
            {props.label}
            <Show when={props.note}>{(note) => <span>{note().long}</span>}</Show>
          </Kobalte.Content>
        </Kobalte.Portal>
      </Kobalte>
      <Show when={props.aside !== undefined && !props.collapsed}>{props.aside}</Show>
    </li>
  )
}
