import { Show } from "solid-js"
import type { JSX } from "solid-js"
import "./badge.css"

/** Colour means state only: these are the states a thing can be in, not decoration. */
export type Tone = "neutral" | "info" | "success" | "warning" | "danger" | "replay"

export function Badge(props: { readonly tone?: Tone; readonly icon?: JSX.Element; readonly children: JSX.Element }) {
  return (
    <span data-component="badge" data-tone={props.tone ?? "neutral"}>
      <Show when={props.icon}>{props.icon}</Show>
      {props.children}
    </span>
  )
}
