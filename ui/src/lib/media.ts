import { createSignal, onCleanup } from "solid-js"
import type { Accessor } from "solid-js"

/** Whether a media query holds, as long as the calling owner lives. */
export function createMediaQuery(query: string): Accessor<boolean> {
  const list = window.matchMedia(query)
  const [matches, setMatches] = createSignal(list.matches)
  const changed = () => setMatches(list.matches)
  list.addEventListener("change", changed)
  onCleanup(() => list.removeEventListener("change", changed))
  return matches
}
