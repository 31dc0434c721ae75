import { createSignal, onCleanup } from "solid-js"
import type { Accessor } from "solid-js"
import { CLOCK_TICK_MILLIS } from "#src/limits.ts"

const [now, setNow] = createSignal(Date.now())
let watchers = 0
let timer: ReturnType<typeof setInterval> | undefined

/**
 * The time of day in epoch milliseconds, ticking once a second. One timer serves the whole page and runs only while
 * something watches it; call it inside a component or another reactive owner.
 */
export function useNow(): Accessor<number> {
  if (watchers === 0) {
    setNow(Date.now())
    timer = setInterval(() => setNow(Date.now()), CLOCK_TICK_MILLIS)
  }
  watchers += 1
  onCleanup(() => {
    watchers -= 1
    if (watchers === 0) clearInterval(timer)
  })
  return now
}
