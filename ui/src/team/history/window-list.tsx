import { For, createEffect, createMemo, createSignal, on, onCleanup, onMount, untrack } from "solid-js"
import type { JSX } from "solid-js"
import { HISTORY_OVERSCAN_ROWS } from "#src/limits.ts"
import { windowOf } from "#src/team/history/window.ts"
import "#src/parts/virtual-list.css"
import "./window-list.css"

export interface WindowListHandle {
  readonly toTop: () => void
  readonly toPlace: (place: number) => void
  /** Scrolls only if the row is out of sight. */
  readonly reveal: (place: number) => void
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
  readonly onTop?: (isAtTop: boolean) => void
  /** The last rows are in sight. */
  readonly onEnd?: () => void
  readonly handle: (handle: WindowListHandle) => void
  readonly children: (row: Row) => JSX.Element
}

/** Rows of one height, the newest on top. Who reads at the top sees what comes; who has scrolled away does not move. */
export function WindowList<Row extends object>(props: WindowListProps<Row>) {
  const [scrolledTo, setScrolledTo] = createSignal({ top: 0, addedAbove: 0 })
  const [height, setHeight] = createSignal(0)
  let scroller: HTMLDivElement | undefined
  const addedAbove = () => props.addedAbove ?? 0
  const setTop = (top: number) => setScrolledTo({ top, addedAbove: untrack(addedAbove) })
  // Moves along in the same breath in which rows come in above, so that the rows in sight stay the same elements.
  const top = createMemo(() => {
    const { top: was, addedAbove: then } = scrolledTo()
    return was < props.rowPixels / 2 ? was : was + (addedAbove() - then) * props.rowPixels
  })

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
    const drawn: Array<Row> = []
    for (let place = from; place < to; place += 1) {
      const row = props.rowAt(place)
      if (row !== undefined) drawn.push(row)
    }
    return drawn
  })
  const scrollTo = (pixels: number) => {
    if (scroller === undefined) return
    scroller.scrollTop = pixels
    setTop(scroller.scrollTop)
  }
  const toPlace = (place: number) => scrollTo(Math.max(0, place * props.rowPixels - height() / 3))
  const scrolled = () => {
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
    props.handle({
      toTop: () => scrollTo(0),
      toPlace,
      reveal: (place) => {
        const at = place * props.rowPixels
        if (at < top() || at + props.rowPixels > top() + height()) toPlace(place)
      },
    })
  })
  // In the same turn in which the rows above came: nothing is painted in between.
  createEffect(
    on(addedAbove, () => scroller !== undefined && scroller.scrollTop !== top() && scrollTo(top()), { defer: true }),
  )

  return (
    <div
      ref={(element) => (scroller = element)}
      data-component="virtual-list"
      data-kind="window"
      tabindex="0"
      role="region"
      aria-label={props.label}
      onScroll={scrolled}
    >
      <div data-slot="space" role="list" style={{ height: `${props.count * props.rowPixels}px` }}>
        <For each={rows()}>
          {(row, index) => (
            <div
              data-slot="row"
              role="listitem"
              aria-setsize={props.count}
              aria-posinset={shown().from + index() + 1}
              style={{
                height: `${props.rowPixels}px`,
                transform: `translateY(${(shown().from + index()) * props.rowPixels}px)`,
              }}
            >
              {props.children(row)}
            </div>
          )}
        </For>
      </div>
    </div>
  )
}
