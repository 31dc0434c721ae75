import { For, createMemo, createUniqueId } from "solid-js"
import { elbow } from "#src/pages/team/tasks/timeline-rows.ts"
import type { Arrow } from "#src/pages/team/tasks/timeline-rows.ts"

const GAP_PIXELS = 6

export interface TimelineArrowsProps {
  readonly arrows: ReadonlyArray<Arrow>
  /** Rows that are drawn: arrows that touch none of them are not. */
  readonly drawn: { readonly from: number; readonly to: number }
  readonly rowPixels: number
  readonly widthPixels: number
  /** Where a moment stands, from 0 to 1 within the sight. */
  readonly placeOf: (millis: number) => number
}

/** What waits for what, as lines between the bars. Each row says the same in words. */
export function TimelineArrows(props: TimelineArrowsProps) {
  const id = createUniqueId()
  const shown = createMemo(() =>
    props.arrows.filter(
      ({ fromRow, toRow }) => Math.max(fromRow, toRow) >= props.drawn.from && Math.min(fromRow, toRow) < props.drawn.to,
    ),
  )
  const middle = (row: number) => (row + 0.5) * props.rowPixels
  const path = (arrow: Arrow) => {
    const from = props.placeOf(arrow.fromMillis) * props.widthPixels
    const to = arrow.toMillis === undefined ? from + 3 * GAP_PIXELS : props.placeOf(arrow.toMillis) * props.widthPixels
    return elbow(from, middle(arrow.fromRow), to, middle(arrow.toRow), GAP_PIXELS)
  }
  return (
    <svg data-slot="arrows" aria-hidden="true">
      <defs>
        <marker id={id} viewBox="0 0 6 6" refX="5" refY="3" markerWidth="6" markerHeight="6" orient="auto">
          <path d="M0 0 6 3 0 6z" />
        </marker>
      </defs>
      <For each={shown()}>{(arrow) => <path d={path(arrow)} marker-end={`url(#${id})`} />}</For>
    </svg>
  )
}
