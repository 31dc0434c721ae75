export interface WindowBox {
  /** How far it is scrolled, and how much is in sight, in pixels. */
  readonly top: number
  readonly height: number
  readonly rowPixels: number
  readonly count: number
  /** Rows drawn beyond those in sight, on each side. */
  readonly overscan: number
}

/** The rows to draw: from `from` up to, and without, `to`. */
export function windowOf({ top, height, rowPixels, count, overscan }: WindowBox): {
  readonly from: number
  readonly to: number
} {
  const to = Math.min(count, Math.ceil((top + height) / rowPixels) + overscan)
  const from = Math.max(0, Math.min(to, Math.floor(top / rowPixels) - overscan))
  return { from, to }
}
