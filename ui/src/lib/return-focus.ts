import { createRenderEffect, on } from "solid-js"
import type { Accessor } from "solid-js"

/**
 * Remembers what had the focus when something opened without a trigger of its own (by a key, by a command) and gives
 * it back. Where that element is gone, the heading of the page takes the focus, so that it is never lost.
 * @returns the handler for the moment of closing
 */
export function useReturnFocus(isOpen: Accessor<boolean>): (event: Event) => void {
  let opener: Element | null = null
  createRenderEffect(
    on(isOpen, (open) => {
      if (open) opener = document.activeElement
    }),
  )
  return (event) => {
    event.preventDefault()
    const target =
      opener instanceof HTMLElement && opener.isConnected && opener !== document.body
        ? opener
        : document.querySelector<HTMLElement>("h1")
    target?.focus()
  }
}
