import { pause } from "#src/pause.ts"

/** A clock that can be held: while it is, no time passes for whoever waits on it. */
export interface HeldClock {
  readonly hold: () => void
  readonly release: () => void
  /** Resolves when so much unheld time has passed, or the signal fires. */
  readonly wait: (millis: number, signal: AbortSignal) => Promise<void>
}

export const heldClock = (): HeldClock => {
  let isHeld = false
  let changed = new AbortController()
  const change = (held: boolean): void => {
    if (isHeld === held) return
    isHeld = held
    const previous = changed
    changed = new AbortController()
    previous.abort()
  }
  return {
    hold: () => change(true),
    release: () => change(false),
    wait: async (millis, signal) => {
      let left = millis
      for (;;) {
        if (signal.aborted || (!isHeld && left <= 0)) return
        const either = AbortSignal.any([changed.signal, signal])
        if (isHeld) {
          await new Promise<void>((resolve) => {
            if (either.aborted) resolve()
            else either.addEventListener("abort", () => resolve(), { once: true })
          })
          continue
        }
        const from = performance.now()
        await pause(left, either)
        left -= performance.now() - from
        if (!either.aborted) return
      }
    },
  }
}
