import { Show } from "solid-js"
import { initials } from "#src/parts/initials.ts"
import { PresenceDot } from "#src/parts/presence-dot.tsx"
import type { Presence } from "#src/parts/state-table.ts"
import "./avatar.css"

/** Initials in a square. The name itself must stand beside it, so the picture is silent. */
export function Avatar(props: { readonly name: string; readonly presence?: Presence }) {
  return (
    <span data-component="avatar">
      <span data-slot="initials" aria-hidden="true">
        {initials(props.name)}
      </span>
      <Show when={props.presence}>{(presence) => <PresenceDot presence={presence()} />}</Show>
    </span>
  )
}
