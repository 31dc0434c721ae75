import { For } from "solid-js"
import type { JSX } from "solid-js"
import { isApple, keyCaps } from "#src/lib/keys.ts"
import "./kbd.css"

export function Kbd(props: { readonly children: JSX.Element }) {
  return <kbd data-component="kbd">{props.children}</kbd>
}

/** A binding as key caps, in the names of this machine. */
export function KeyCaps(props: {
  readonly keys: string
  /** Inside a button: for the eye alone, so that the button is called what it does. */
  readonly isSilent?: boolean
}) {
  return (
    <span data-component="key-caps" aria-hidden={props.isSilent === true ? "true" : undefined}>
      <For each={keyCaps(props.keys, isApple)}>{(press) => <Kbd>{press.join(" ")}</Kbd>}</For>
    </span>
  )
}
