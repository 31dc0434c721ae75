import { createVirtualizer } from "@tanstack/solid-virtual"
import { For, Show, batch, createEffect, createMemo, on, onCleanup, onMount } from "solid-js"
import type { Accessor, JSX } from "solid-js"
import { LIST_OVERSCAN_ROWS } from "#src/limits.ts"
import { createSlots } from "#src/parts/slots.ts"
import type { Placed, Slot } from "#src/parts/slots.ts"
import "./virtual-list.css"

/** What a list lets its owner do, for "12 new below" and jumps to a row. */
export interface VirtualListHandle {
  readonly scrollToEnd: () => void
  readonly scrollToIndex: (index: number) => void
  /** Whether the newest row is in sight. Ask a frame after rows came in. */
  readonly isAtEnd: () => boolean
  /** The first row in sight. */
  readonly firstIndex: () => number
}

export interface VirtualListProps<Row> {
  readonly label: string
  readonly rows: ReadonlyArray<Row>
  /** Stable and unique per row: keeps the reader's place when older rows come in above. */
  readonly keyOf: (row: Row) => string
  /** A guess in pixels; rows are measured once they are drawn. */
  readonly rowHeight: number
  /** "end" for a chat or a log: starts at the newest row and follows it, unless the reader has scrolled away. */
  readonly anchor?: "start" | "end"
  readonly role?: "region" | "log"
  readonly handle?: (handle: VirtualListHandle) => void
  readonly onScroll?: () => void
  /** Draws a row; another one for the same key is drawn anew. */
  readonly children?: (row: Row, index: () => number) => JSX.Element
  /** Instead of `children`, for rows of few kinds: draws whatever row it is told of, so that one that leaves hands its element on. */
  readonly reuse?: { readonly kindOf: (row: Row) => unknown; readonly draw: (row: Accessor<Row>) => JSX.Element }
}

interface Place {
  readonly index: number
  /** Pixels from the upper end of the list. */
  readonly start: number
}
const isSamePlace = (one: Place, other: Place): boolean => one.index === other.index && one.start === other.start

/** Draws only the rows in sight, so that a hundred thousand cost as much as thirty. */
export function VirtualList<Row>(props: VirtualListProps<Row>) {
  let scroller: HTMLDivElement | undefined
  const virtualizer = createVirtualizer<HTMLDivElement, HTMLDivElement>({
    get count() {
      return props.rows.length
    },
    get anchorTo() {
      return props.anchor ?? "start"
    },
    get followOnAppend() {
      return props.anchor === "end"
    },
    getScrollElement: () => scroller ?? null,
    estimateSize: () => props.rowHeight,
    getItemKey: (index) => {
      const row = props.rows[index]
      return row === undefined ? index : props.keyOf(row)
    },
    overscan: LIST_OVERSCAN_ROWS,
  })
  // Drawn rows follow their key, not their index: a row that moves keeps its element, its focus and its open menus.
  const drawn = createMemo(() =>
    virtualizer.getVirtualItems().flatMap(({ index, start }): ReadonlyArray<Placed<Row, Place>> => {
      const row = props.rows[index]
      return row === undefined ? [] : [{ key: props.keyOf(row), row, place: { index, start } }]
    }),
  )
  // eslint-disable-next-line solid/reactivity -- how rows are drawn is fixed for the life of a list
  const slots = createSlots(drawn, { kindOf: props.reuse?.kindOf, isSamePlace })

  onMount(() => {
    props.handle?.({
      scrollToEnd: () => virtualizer.scrollToEnd(),
      scrollToIndex: (index) => virtualizer.scrollToIndex(index),
      isAtEnd: () => virtualizer.isAtEnd(),
      firstIndex: () => virtualizer.range?.startIndex ?? 0,
    })
    if (props.anchor === "end") queueMicrotask(() => virtualizer.scrollToEnd())
  })

  // Heights come from an observer alone, all at once, after the layout that is made anyway and before anything is painted. To ask each
  // new row for its height would have the page laid out once for every row.
  let isTold = false
  const observer = new ResizeObserver((entries) => {
    isTold = true
    requestAnimationFrame(() => (isTold = false))
    batch(() => {
      for (const { target, borderBoxSize } of entries) {
        const [box] = borderBoxSize
        if (box !== undefined && target.isConnected && target instanceof HTMLElement)
          virtualizer.resizeItem(Number(target.dataset["index"]), Math.round(box.blockSize))
      }
    })
    // By now the list has its new height: a scroll that the old one has cut short is made up for.
    virtualizer._willUpdate()
  })
  onCleanup(() => observer.disconnect())
  /** Observes a row, and anew for every other that is drawn by its element: that may be as high as the last one, and is told nevertheless. */
  const observe = (slot: Slot<Row, Place>, element: HTMLDivElement) => {
    let isGone = false
    slot.element = element
    const look = () => {
      observer.unobserve(element)
      if (!isGone) observer.observe(element)
    }
    createEffect(
      on(
        () => props.keyOf(slot.row()),
        () => {
          // What the observer's own news have drawn, it can take a frame later: within its turn it would not tell of it.
          if (isTold) requestAnimationFrame(look)
          else queueMicrotask(look)
        },
      ),
    )
    onCleanup(() => {
      isGone = true
      observer.unobserve(element)
    })
  }

  const drawRow = (slot: Slot<Row, Place>) => {
    const index = () => slot.place().index
    return (
      <div
        ref={(element) => observe(slot, element)}
        data-slot="row"
        data-index={index()}
        role="listitem"
        aria-setsize={props.rows.length}
        aria-posinset={index() + 1}
        style={{ transform: `translateY(${slot.place().start}px)` }}
      >
        <Show
          when={props.reuse}
          fallback={
            <Show when={slot.row()} keyed>
              {(row) => props.children?.(row, index)}
            </Show>
          }
        >
          {(reuse) => reuse().draw(slot.row)}
        </Show>
      </div>
    )
  }

  return (
    <div
      ref={(element) => (scroller = element)}
      data-component="virtual-list"
      tabindex="0"
      role={props.role ?? "region"}
      aria-label={props.label}
      onScroll={() => props.onScroll?.()}
    >
      <div data-slot="space" role="list" style={{ height: `${virtualizer.getTotalSize()}px` }}>
        <For each={slots()}>{drawRow}</For>
      </div>
    </div>
  )
}
