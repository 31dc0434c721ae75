import { FLUSH_MAX_MILLIS, TICK_MILLIS } from "#src/limits.ts"

/** What a stream needs of the world around it; tests and Node hand in their own. */
export interface Surroundings {
  /** Epoch milliseconds. */
  readonly now: () => number
  /** In [0, 1). */
  readonly random: () => number
  /** Calls `tick` now and then; returns how to stop. */
  readonly everyTick: (tick: () => void) => () => void
  /** Calls `flush` once, at the next frame; returns how to take it back. */
  readonly nextFrame: (flush: () => void) => () => void
  /** Calls `check` when the page becomes visible or is shown again; returns how to stop. */
  readonly onCheck: (check: () => void) => () => void
  /** Tells whether the machine has a network, now and whenever it changes; returns how to stop. */
  readonly onNetwork: (tell: (isOnline: boolean) => void) => () => void
}

const listen = (target: EventTarget, types: readonly string[], handle: () => void): (() => void) => {
  for (const type of types) target.addEventListener(type, handle)
  return () => {
    for (const type of types) target.removeEventListener(type, handle)
  }
}

/** A frame, or a moment when the page draws none (it is hidden, or there is no page). */
const nextFrame = (flush: () => void): (() => void) => {
  const hasFrames = typeof requestAnimationFrame === "function"
  let frame: number | undefined
  const cancel = (): void => {
    clearTimeout(timer)
    if (frame !== undefined) cancelAnimationFrame(frame)
  }
  const run = (): void => {
    cancel()
    flush()
  }
  const timer = setTimeout(run, hasFrames ? FLUSH_MAX_MILLIS : 0)
  if (hasFrames) frame = requestAnimationFrame(run)
  return cancel
}

/** The browser's surroundings; in Node those parts that a page has are simply still. */
export const ambientSurroundings: Surroundings = {
  now: Date.now,
  random: Math.random,
  everyTick: (tick) => {
    const timer = setInterval(tick, TICK_MILLIS)
    return () => clearInterval(timer)
  },
  nextFrame,
  onCheck: (check) => {
    if (typeof document === "undefined" || typeof window === "undefined") return () => undefined
    const ifVisible = () => {
      if (document.visibilityState === "visible") check()
    }
    const ends = [listen(document, ["visibilitychange"], ifVisible), listen(window, ["pageshow", "focus"], ifVisible)]
    return () => {
      for (const end of ends) end()
    }
  },
  onNetwork: (tell) => {
    if (typeof window === "undefined") return () => undefined
    const now = () => tell(navigator.onLine)
    if (!navigator.onLine) now()
    return listen(window, ["online", "offline"], now)
  },
}
