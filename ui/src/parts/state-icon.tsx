import { Show } from "solid-js"
import type { Shape } from "#src/parts/state-table.ts"
import "./state-icon.css"

/** One shape of the state table, drawn in the current colour. The word beside it carries the meaning. */
export function StateIcon(props: { readonly shape: Shape; readonly size?: number }) {
  return (
    <svg
      data-component="state-icon"
      data-spinning={props.shape.isSpinning === true}
      viewBox="0 0 12 12"
      width={props.size ?? 11}
      height={props.size ?? 11}
      aria-hidden="true"
    >
      <Show when={props.shape.fill}>{(path) => <path data-slot="fill" d={path()} />}</Show>
      <Show when={props.shape.line}>
        {(path) => <path data-slot="line" data-dashed={props.shape.isDashed === true} d={path()} />}
      </Show>
    </svg>
  )
}
