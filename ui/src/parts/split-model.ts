import { SPLIT_MIN_PERCENT, SPLIT_STEP_PERCENT } from "#src/limits.ts"

/** Keeps a border where both panes stay usable. Shares are percents of the whole that the first pane gets. */
export const clampShare = (percent: number): number =>
  Math.min(100 - SPLIT_MIN_PERCENT, Math.max(SPLIT_MIN_PERCENT, percent))

/** Where a key moves the border, or undefined when the key is not meant for it. */
export function shareAfterKey(key: string, percent: number, direction: "row" | "column"): number | undefined {
  const [less, more] = direction === "row" ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"]
  switch (key) {
    case less:
      return clampShare(percent - SPLIT_STEP_PERCENT)
    case more:
      return clampShare(percent + SPLIT_STEP_PERCENT)
    case "Home":
      return SPLIT_MIN_PERCENT
    case "End":
      return 100 - SPLIT_MIN_PERCENT
    default:
      return undefined
  }
}

/** The share under a pointer. */
export function shareAtPoint(point: number, start: number, length: number): number {
  return clampShare(length === 0 ? 50 : ((point - start) / length) * 100)
}
