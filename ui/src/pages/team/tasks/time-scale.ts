/** A stretch of time, in epoch milliseconds. */
export interface Stretch {
  readonly fromMillis: number
  readonly toMillis: number
}

/** A part of the axis. Where nothing happened for long, time is folded: the part has a fixed width, however long it was. */
export interface Segment extends Stretch {
  readonly isIdle: boolean
  /** Where it lies on the axis, from 0 to 1. */
  readonly from: number
  readonly to: number
}

export interface TimeScale {
  readonly segments: ReadonlyArray<Segment>
  /** Where a moment lies on the axis, from 0 to 1; moments beyond its ends lie at them. */
  readonly project: (millis: number) => number
  /** The moment at a place of the axis. */
  readonly unproject: (place: number) => number
}

/** Shorter gaps are never folded, nor those that are a small part of the whole. */
const IDLE_MIN_MILLIS = 20_000
const IDLE_MIN_SHARE = 0.06
/** How wide a folded gap is beside all that is not folded. */
const IDLE_WIDTH_SHARE = 0.03
/** An axis is never shorter, so that one short task does not fill it. */
const AXIS_MIN_MILLIS = 1_000

/** The stretches joined where they touch, oldest first. */
function joined(stretches: ReadonlyArray<Stretch>): ReadonlyArray<Stretch> {
  const found: Array<Stretch> = []
  for (const stretch of stretches.toSorted((a, b) => a.fromMillis - b.fromMillis)) {
    const last = found.at(-1)
    if (last === undefined || stretch.fromMillis > last.toMillis) found.push(stretch)
    else if (stretch.toMillis > last.toMillis)
      found[found.length - 1] = { fromMillis: last.fromMillis, toMillis: stretch.toMillis }
  }
  return found
}

const lengthOf = ({ fromMillis, toMillis }: Stretch): number => toMillis - fromMillis

/** An axis over the times when something happened. `busy` are these times, in any order; moments are stretches without length. */
export function timeScale(busy: ReadonlyArray<Stretch>): TimeScale {
  const parts = joined(busy)
  const fromMillis = parts[0]?.fromMillis ?? 0
  const toMillis = Math.max(parts.at(-1)?.toMillis ?? 0, fromMillis + AXIS_MIN_MILLIS)
  const idleMinMillis = Math.max(IDLE_MIN_MILLIS, parts.reduce((sum, part) => sum + lengthOf(part), 0) * IDLE_MIN_SHARE)
  const cuts: Array<Omit<Segment, "from" | "to">> = []
  let since = fromMillis
  for (const [index, part] of parts.entries()) {
    const next = parts[index + 1]
    if (next === undefined || next.fromMillis - part.toMillis < idleMinMillis) continue
    cuts.push({ fromMillis: since, toMillis: part.toMillis, isIdle: false })
    cuts.push({ fromMillis: part.toMillis, toMillis: next.fromMillis, isIdle: true })
    since = next.fromMillis
  }
  cuts.push({ fromMillis: since, toMillis, isIdle: false })
  const busyMillis = Math.max(
    AXIS_MIN_MILLIS,
    cuts.reduce((sum, cut) => sum + (cut.isIdle ? 0 : lengthOf(cut)), 0),
  )
  const widths = cuts.map((cut) => (cut.isIdle ? IDLE_WIDTH_SHARE : lengthOf(cut) / busyMillis))
  const total = widths.reduce((sum, width) => sum + width, 0)
  let place = 0
  const segments = cuts.map((cut, index): Segment => {
    const from = place
    place += total === 0 ? 0 : (widths[index] ?? 0) / total
    return { ...cut, from, to: place }
  })
  return {
    segments,
    project: (millis) => {
      const segment = segments.find((each) => millis <= each.toMillis)
      if (segment === undefined) return 1
      const length = lengthOf(segment)
      if (millis <= segment.fromMillis || length === 0) return segment.from
      return segment.from + ((millis - segment.fromMillis) / length) * (segment.to - segment.from)
    },
    unproject: (at) => {
      const segment = segments.find((each) => at <= each.to) ?? segments.at(-1)
      if (segment === undefined) return fromMillis
      const width = segment.to - segment.from
      const share = width === 0 ? 0 : Math.max(0, at - segment.from) / width
      return segment.fromMillis + Math.min(1, share) * lengthOf(segment)
    },
  }
}

/** The part of an axis that is in sight, from 0 to 1. */
export interface Sight {
  readonly from: number
  readonly to: number
}

export const WHOLE: Sight = { from: 0, to: 1 }
const SIGHT_MIN = 0.002

/** The sight made `factor` times as wide around a place of its own, from 0 to 1; never beyond the axis. */
export function zoomed({ from, to }: Sight, factor: number, around = 0.5): Sight {
  const width = Math.min(1, Math.max(SIGHT_MIN, (to - from) * factor))
  const still = from + (to - from) * around
  return placed(still - width * around, width)
}

/** The sight moved by a share of its own width, and no further than the axis reaches. */
export const moved = ({ from, to }: Sight, share: number): Sight => placed(from + (to - from) * share, to - from)

function placed(from: number, width: number): Sight {
  const start = Math.min(1 - width, Math.max(0, from))
  return { from: start, to: start + width }
}

/** Where a place of the axis is within the sight: below 0 and above 1 it is out of it. */
export const inSight = (place: number, { from, to }: Sight): number => (place - from) / (to - from)

export interface Tick {
  readonly millis: number
  /** Within the sight, from 0 to 1. */
  readonly at: number
}

/** Moments to name at the axis, evenly over the sight; none within folded time. */
export function ticksOf(scale: TimeScale, sight: Sight, count: number): ReadonlyArray<Tick> {
  return Array.from({ length: count }, (_, index) => (index + 0.5) / count).flatMap((at) => {
    const place = sight.from + at * (sight.to - sight.from)
    const isIdle = scale.segments.some((segment) => segment.isIdle && place >= segment.from && place <= segment.to)
    return isIdle ? [] : [{ millis: scale.unproject(place), at }]
  })
}
