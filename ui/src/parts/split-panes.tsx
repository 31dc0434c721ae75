import { createUniqueId } from "solid-js"
import type { JSX } from "solid-js"
import { asNumber, createPreference } from "#src/lib/preferences.ts"
import { SPLIT_MIN_PERCENT } from "#src/limits.ts"
import { clampShare, shareAfterKey, shareAtPoint } from "#src/parts/split-model.ts"
import "./split-panes.css"

export interface SplitPanesProps {
  /** Names the border and the memory of its place. */
  readonly name: string
  readonly label: string
  readonly direction?: "row" | "column"
  /** Percent that the first pane gets before anybody moved the border. */
  readonly initial: number
  readonly first: JSX.Element
  readonly second: JSX.Element
}

/** Two panes with a border that pointer and arrow keys move; its place is remembered. */
export function SplitPanes(props: SplitPanesProps) {
  // eslint-disable-next-line solid/reactivity -- name and start are fixed for the life of a split
  const share = createPreference(`split.${props.name}`, props.initial, asNumber)
  const id = createUniqueId()
  const direction = () => props.direction ?? "row"
  let box: HTMLDivElement | undefined

  const drag = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    if (box === undefined || !event.currentTarget.hasPointerCapture(event.pointerId)) return
    const rect = box.getBoundingClientRect()
    share.set(
      direction() === "row"
        ? shareAtPoint(event.clientX, rect.left, rect.width)
        : shareAtPoint(event.clientY, rect.top, rect.height),
    )
  }
  const press = (event: KeyboardEvent) => {
    const next = shareAfterKey(event.key, share.value(), direction())
    if (next === undefined) return
    event.preventDefault()
    share.set(next)
  }

  return (
    <div
      ref={(element) => (box = element)}
      data-component="split-panes"
      data-direction={direction()}
      style={{ "--share": `${clampShare(share.value())}%` }}
    >
      <div id={id} data-slot="first">
        {props.first}
      </div>
      <div
        data-slot="border"
        role="separator"
        tabindex="0"
        aria-label={props.label}
        aria-controls={id}
        aria-orientation={direction() === "row" ? "vertical" : "horizontal"}
        aria-valuemin={SPLIT_MIN_PERCENT}
        aria-valuemax={100 - SPLIT_MIN_PERCENT}
        aria-valuenow={Math.round(clampShare(share.value()))}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        onDblClick={() => share.set(props.initial)}
        onKeyDown={press}
      />
      <div data-slot="second">{props.second}</div>
    </div>
  )
}
