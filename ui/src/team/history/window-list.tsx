import { For, Show, createEffect, createMemo, createSignal, on, onCleanup, onMount, untrack } from "solid-js"
import type { Accessor, JSX } from "solid-js"
import { HISTORY_OVERSCAN_ROWS } from "#src/limits.ts"
import { createSlots } from "#src/parts/slots.ts"
import type { Placed } from "#src/parts/slots.ts"
import { standFrom, windowOf } from "#src/team/history/window.ts"
import type { Stand, Wish } from "#src/team/history/window.ts"
import "#src/parts/virtual-list.css"
import "./window-list.css"

export interface WindowListHandle {
  readonly toTop: () => void
  readonly toPlace: (place: number) => void
}

export interface WindowListProps<Row extends object> {
  readonly label: string
  readonly count: number
  /** Every row is so high: that is what makes a hundred thousand cost as much as thirty. */
  readonly rowPixels: number
  /** Rows by place. One that stays the same object keeps its element and the focus in it. */
  readonly rowAt: (place: number) => Row | undefined
  /** Rows that were put in above ever since: the reader's place moves along with them. */
  readonly addedAbove?: number
  /** Scrolls there only if it is out of sight. */
  readonly inSight?: Wish
  readonly onTop?: (isAtTop: boolean) => void
  /** The last rows are in sight. */
  readonly onEnd?: () => void
  readonly handle?: (handle: WindowListHandle) => void
  /** Draws a row in an element of its own. */
  readonly children?: (row: Row) => JSX.Element
  /** Instead of `children`: draws whatever row it is told of, so that one that leaves hands its element on. */
  readonly reuse?: (row: Accessor<Row>) => JSX.Element
}

/** Rows of one height, the newest on top. Who reads at the top sees what comes; who has scrolled away does not move. */
export function WindowList<Row extends object>(props: WindowListProps<Row>) {
  const [scrolled, setScrolled] = createSignal({ top: 0, addedAbove: 0 })
  const [height, setHeight] = createSignal(0)
  let scroller: HTMLDivElement | undefined
  const addedAbove = () => props.addedAbove ?? 0
  const setTop = (top: number) => setScrolled({ top, addedAbove: untrack(addedAbove) })
  // Moves along in the same breath in which rows come in above, and goes to the row that shall be in sight before any is drawn: the rows
  // in sight stay the same elements, and none is drawn for a place that is left at once.
  const stand = createMemo<Stand>((before) =>
    standFrom(before, {
      scrolled: scrolled(),
      addedAbove: addedAbove(),
      wish: props.inSight,
      height: height(),
      rowPixels: props.rowPixels,
      count: props.count,
    }),
  )
  const top = () => stand().top
  const shown = createMemo(() =>
    windowOf({
      top: top(),
      height: height(),
      rowPixels: props.rowPixels,
      count: props.count,
      overscan: HISTORY_OVERSCAN_ROWS,
    }),
  )
  const rows = createMemo(() => {
    const { from, to } = shown()
    const drawn: Array<Placed<Row, number>> = []
    for (let place = from; place < to; place += 1) {
      const row = props.rowAt(place)
      if (row !== undefined) drawn.push({ key: row, row, place })
    }
    return drawn
  })
  // eslint-disable-next-line solid/reactivity -- how rows are drawn is fixed for the life of a list
  const kindOf = props.reuse === undefined ? undefined : () => "row"
  const slots = createSlots(rows, { kindOf, isSamePlace: Object.is })
  const scrollTo = (pixels: number) => {
    if (scroller === undefined) return
    scroller.scrollTop = pixels
    if (scroller.scrollTop !== untrack(top)) setTop(scroller.scrollTop)
  }
  const toPlace = (place: number) => scrollTo(Math.max(0, place * props.rowPixels - height() / 3))
  const onScroll = () => {
    if (scroller === undefined) return
    setTop(scroller.scrollTop)
    props.onTop?.(scroller.scrollTop < props.rowPixels / 2)
    if (shown().to >= props.count) props.onEnd?.()
  }

  onMount(() => {
    const observer = new ResizeObserver(([entry]) => setHeight(entry?.contentRect.height ?? 0))
    if (scroller !== undefined) {
      setHeight(scroller.clientHeight)
      observer.observe(scroller)
    }
    onCleanup(() => observer.disconnect())
    props.handle?.({ toTop: () => scrollTo(0), toPlace })
  })
  // In the same turn in which the rows were drawn there: nothing is painted in between.
  createEffect(
    on(
      () => stand().scrollTo,
      (pixels) => pixels !== undefined && scrollTo(pixels),
    ),
  )

  return (
    <div
      ref={(element) => (scroller = element)}
      data-component="virtual-list"
      data-kind="window"
      tabindex="0"
      role="region"
      aria-label={props.label}
      onScroll={onScroll}
    >
      <div data-slot="space" role="list" style={{ height: `${props.count * props.rowPixels}px` }}>
        <For each={slots()}>
          {(slot) => (
            <div
              ref={(element) => (slot.element = element)}
              data-slot="row"
              role="listitem"
              aria-setsize={props.count}
              aria-posinset={slot.place() + 1}
              style={{ height: `${props.rowPixels}px`, transform: `translateY(${slot.place() * props.rowPixels}px)` }}
            >
              <Show
                when={props.reuse}
                fallback={
                  <Show when={slot.row()} keyed>
                    {(row) => props.children?.(row)}
                  </Show>
                }
              >
                {(reuse) => reuse()(slot.row)}
              </Show>
            </div>
          )}
        </For>
      </div>
    </div>
  )
}
