import { createSignal, onCleanup } from "solid-js"
import type { Accessor } from "solid-js"
import type { VirtualListHandle } from "#src/parts/virtual-list.tsx"

/** How far a scroller must go up to be moved by a reader: less is rounding. */
const MOVED_UP_PIXELS = 2

/** Whether somebody who looks at the end is still there after a scroll: only who goes up leaves it. */
export const staysAtEnd = (
  wasAtEnd: boolean,
  now: { readonly isAtEnd: boolean; readonly top: number; readonly topBefore: number },
): boolean => now.isAtEnd || (wasAtEnd && now.top >= now.topBefore - MOVED_UP_PIXELS)

export interface EndFollower {
  /** True until the reader scrolls away from the newest row, and again when they come back to it. */
  readonly isAtEnd: Accessor<boolean>
  /** The list that is followed, and what it is drawn in. */
  readonly attach: (list: VirtualListHandle, box: HTMLElement) => void
  /** To be called with every scroll of the list, a frame after it. */
  readonly look: () => void
  /** Goes to the end and stays there. */
  readonly goToEnd: () => void
}

/** Keeps the end of a list in sight while rows come and grow; never moves who reads further up. */
export function createEndFollower(): EndFollower {
  const [isAtEnd, setAtEnd] = createSignal(true)
  let list: VirtualListHandle | undefined
  let scroller: HTMLElement | undefined
  let topBefore = 0
  const observer = new ResizeObserver(() => {
    if (isAtEnd()) list?.scrollToEnd()
  })
  onCleanup(() => observer.disconnect())
  return {
    isAtEnd,
    attach: (handle, box) => {
      list = handle
      observer.disconnect()
      scroller = box.querySelector<HTMLElement>("[data-component=virtual-list]") ?? undefined
      const space = scroller?.querySelector("[data-slot=space]")
      if (space) observer.observe(space)
    },
    look: () => {
      const top = scroller?.scrollTop ?? 0
      setAtEnd((was) => staysAtEnd(was, { isAtEnd: list?.isAtEnd() ?? true, top, topBefore }))
      topBefore = top
    },
    goToEnd: () => {
      setAtEnd(true)
      list?.scrollToEnd()
    },
  }
}
