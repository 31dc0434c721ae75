import { Show } from "solid-js"
import type { JSX } from "solid-js"
import { StateIcon } from "#src/parts/state-icon.tsx"
import { SHAPES } from "#src/parts/state-table.ts"
import type { Shape } from "#src/parts/state-table.ts"
import "./badge.css"
import "./banner.css"

export type BannerTone = "info" | "warning" | "danger"

const SHAPE_OF: Readonly<Record<BannerTone, Shape>> = {
  info: SHAPES.disc,
  warning: SHAPES.triangle,
  danger: SHAPES.octagon,
}

/** A line across a page or pane about its whole state. */
export function Banner(props: {
  readonly tone: BannerTone
  readonly action?: JSX.Element
  readonly children: JSX.Element
}) {
  return (
    <div data-component="banner" data-tone={props.tone} role="status">
      <StateIcon shape={SHAPE_OF[props.tone]} size={12} />
      <span data-slot="text">{props.children}</span>
      <Show when={props.action}>{props.action}</Show>
    </div>
  )
}
