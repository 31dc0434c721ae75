import { createVirtualizer } from "@tanstack/solid-virtual"
import type { VirtualItem } from "@tanstack/solid-virtual"
import { For, Show, createMemo, onMount } from "solid-js"
import type { JSX } from "solid-js"
import { LIST_OVERSCAN_ROWS } from "#src/limits.ts"
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
  readonly children: (row: Row, index: () => number) => JSX.Element
}

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
  const drawn = createMemo(() => new Map(virtualizer.getVirtualItems().map((item) => [item.key, { ...item }])))

  onMount(() => {
    props.handle?.({
      scrollToEnd: () => virtualizer.scrollToEnd(),
      scrollToIndex: (index) => virtualizer.scrollToIndex(index),
      isAtEnd: () => virtualizer.isAtEnd(),
      firstIndex: () => virtualizer.range?.startIndex ?? 0,
    })
    if (props.anchor === "end") queueMicrotask(() => virtualizer.scrollToEnd())
  })

  const drawRow = (key: VirtualItem["key"]) => {
    const item = createMemo<VirtualItem | undefined>((last) => drawn().get(key) ?? last)
    const index = () => item()?.index ?? 0
    const row = createMemo(() => props.rows[index()])
    return (
      <div
        ref={(element) => queueMicrotask(() => virtualizer.measureElement(element))}
        data-slot="row"
        data-index={index()}
        role="listitem"
        aria-setsize={props.rows.length}
        aria-posinset={index() + 1}
        style={{ transform: `translateY(${item()?.start ?? 0}px)` }}
      >
        <Show when={row()} keyed>
          {(value) => props.children(value, index)}
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
        <For each={[...drawn().keys()]}>{drawRow}</For>
      </div>
    </div>
  )
}
