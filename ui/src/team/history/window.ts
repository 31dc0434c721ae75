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

/** A row that shall be in sight. Another object is another wish, also for the same place. */
export interface Wish {
  readonly place: number
}

/** How far a reader has scrolled, and how many rows had come in above by then. */
export interface Scrolled {
  readonly top: number
  readonly addedAbove: number
}

/** Where a list stands. */
export interface Stand extends Scrolled {
  /** The scroll that it follows from. */
  readonly scrolled: Scrolled
  /** The newest wish that was looked at. */
  readonly answered: Wish | undefined
  /** Where to scroll; undefined while it stands where it was. */
  readonly scrollTo: number | undefined
}

export interface StandBox extends Omit<WindowBox, "top" | "overscan"> {
  readonly scrolled: Scrolled
  readonly addedAbove: number
  readonly wish: Wish | undefined
}

/** The top that shows a row: where it is, if the row is in sight there; else so that a third of what is in sight comes before it. */
function topFor({ place }: Wish, top: number, { height, rowPixels, count }: Omit<StandBox, "wish">): number {
  const reach = Math.max(0, count * rowPixels - height)
  const own = place * rowPixels
  const from = Math.min(top, reach)
  if (own >= from && own + rowPixels <= from + height) return from
  return Math.min(reach, Math.max(0, Math.round(own - height / 3)))
}

/**
 * Where the list stands next: at a new scroll; moved along with rows that came in above, unless the reader is at the top; or where a new
 * wish leads. A wish waits until the list has a height, and is looked at once: who scrolls on is not brought back.
 */
export function standFrom(before: Stand | undefined, box: StandBox): Stand {
  const { scrolled, addedAbove, wish, height, rowPixels } = box
  const was = before?.scrolled === scrolled ? before : scrolled
  const moved = was.top < rowPixels / 2 ? was.top : was.top + (addedAbove - was.addedAbove) * rowPixels
  const isNew = wish !== undefined && wish !== before?.answered && height > 0
  const top = isNew ? topFor(wish, moved, box) : moved
  const scrollTo = top === was.top ? undefined : top
  return { scrolled, addedAbove, top, scrollTo, answered: isNew ? wish : before?.answered }
}
