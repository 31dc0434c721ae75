import { For, Show } from "solid-js"
import type { JSX } from "solid-js"
import { boundKeys } from "#src/commands/bound-keys.ts"
import { isApple, keyCaps } from "#src/lib/keys.ts"
import "./kbd.css"

export function Kbd(props: { readonly children: JSX.Element }) {
  return <kbd data-component="kbd">{props.children}</kbd>
}

/** A binding as key caps, in the names of this machine, exactly as given. */
export function KeyCaps(props: {
  readonly keys: string
  /** For the eye alone, so that the button around it is called what it does. */
  readonly isSilent?: boolean
}) {
  return (
    <span data-component="key-caps" aria-hidden={props.isSilent === true ? "true" : undefined}>
      <For each={keyCaps(props.keys, isApple)}>{(press) => <Kbd>{press.join(" ")}</Kbd>}</For>
    </span>
  )
}

/** The keys of a command on its button or in its tooltip: those it came with, or those the person gave it instead. */
export function CommandCaps(props: {
  /** As the command was written with. */
  readonly keys: string
  readonly isSilent?: boolean
}) {
  return (
    <Show when={boundKeys(props.keys)}>{(keys) => <KeyCaps keys={keys()} isSilent={props.isSilent === true} />}</Show>
  )
}
