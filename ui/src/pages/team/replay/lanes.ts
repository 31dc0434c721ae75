import type { ActivityBucket } from "@muster/contracts"
import { millisOf } from "#src/lib/time.ts"
import { REPLAY_GAPS_SHOWN, REPLAY_IDLE_MILLIS } from "#src/limits.ts"

/** What the lanes above the scrubber draw, in pixels. Each lane is one path, however many events there were. */
export interface Lanes {
  /** Bars whose height is how fast things happened. */
  readonly activity: string
  readonly failures: string
  readonly asks: string
  readonly human: string
  /** Long waits, the longest ones: they take no room, a mark tells of them. */
  readonly gaps: ReadonlyArray<{ readonly x: number; readonly millis: number }>
  readonly totals: { readonly failures: number; readonly asks: number; readonly human: number }
}

/** The events that the scrubber reaches over, and the room it has. */
export interface LaneBox {
  readonly first: number
  readonly head: number
  readonly width: number
  /** Height of the bars, and of one lane of marks. */
  readonly barHeight: number
  readonly markHeight: number
  /** The thumb of the slider reaches half of this beyond the first and the last event. */
  readonly thumb: number
}

/** Where the slider begins and ends, in events and in pixels. */
export type Track = Pick<LaneBox, "first" | "head" | "width" | "thumb">

/** Where an event stands, in pixels: as the slider below places its thumb. */
export function xOf(seq: number, { first, head, width, thumb }: Track): number {
  const share = head <= first ? 0 : (seq - first) / (head - first)
  return thumb / 2 + share * Math.max(0, width - thumb)
}

/** The event below a place; the nearest one there is. */
export function seqAtX(x: number, { first, head, width, thumb }: Track): number {
  const share = (x - thumb / 2) / Math.max(1, width - thumb)
  return Math.min(Math.max(first, Math.round(first + share * (head - first))), Math.max(first, head))
}

const round = (value: number): number => Math.round(value * 10) / 10

/** Shapes are told apart without colour: a cross, a triangle, a circle. */
const CROSS = (x: number, y: number) => `M${x - 2.5} ${y - 2.5}l5 5m0-5l-5 5`
const TRIANGLE = (x: number, y: number) => `M${x} ${y - 3}l3.2 5.6h-6.4z`
const CIRCLE = (x: number, y: number) => `M${x - 2.5} ${y}a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0`

const MARK_PIXELS = 7

/** At most one mark where marks would lie on each other. */
function marks(
  items: ReadonlyArray<ActivityBucket>,
  count: (item: ActivityBucket) => number,
  at: (item: ActivityBucket) => number,
  draw: (x: number) => string,
): string {
  let last = Number.NEGATIVE_INFINITY
  let path = ""
  for (const item of items) {
    const x = round(at(item))
    if (count(item) === 0 || x - last < MARK_PIXELS) continue
    path += draw(x)
    last = x
  }
  return path
}

/** Events a second, a lone event as if it had taken a second. */
const rateOf = (item: ActivityBucket): number => {
  const busyMillis = Math.max(1_000, millisOf(item.lastAt) - millisOf(item.firstAt) - longIdle(item))
  return (item.last - item.first + 1) / (busyMillis / 1_000)
}
const longIdle = (item: ActivityBucket): number => (item.idleMillis >= REPLAY_IDLE_MILLIS ? item.idleMillis : 0)

export function lanesOf(items: ReadonlyArray<ActivityBucket>, box: LaneBox): Lanes {
  const middle = (item: ActivityBucket) => xOf((item.first + item.last) / 2, box)
  const fastest = Math.max(1, ...items.map(rateOf))
  const y = box.markHeight / 2
  let activity = ""
  for (const item of items) {
    const left = round(xOf(item.first - 0.5, box))
    const right = round(xOf(item.last + 0.5, box))
    // Rates span orders of magnitude: the height is their logarithm, and nothing that happened is invisible.
    const height = round(Math.max(0.1, Math.log1p(rateOf(item)) / Math.log1p(fastest)) * box.barHeight)
    activity += `M${left} ${box.barHeight}v${-height}h${round(Math.max(1, right - left - 0.5))}v${height}z`
  }
  const gaps = items
    .filter((item) => longIdle(item) > 0)
    .toSorted((a, b) => b.idleMillis - a.idleMillis)
    .slice(0, REPLAY_GAPS_SHOWN)
    .map((item) => ({ x: round(xOf(item.first, box)), millis: item.idleMillis }))
    .toSorted((a, b) => a.x - b.x)
  const sum = (count: (item: ActivityBucket) => number) => items.reduce((total, item) => total + count(item), 0)
  return {
    activity,
    failures: marks(
      items,
      (item) => item.failures,
      middle,
      (x) => CROSS(x, y),
    ),
    asks: marks(
      items,
      (item) => item.asks,
      middle,
      (x) => TRIANGLE(x, y),
    ),
    human: marks(
      items,
      (item) => item.human,
      middle,
      (x) => CIRCLE(x, y),
    ),
    gaps,
    totals: { failures: sum((i) => i.failures), asks: sum((i) => i.asks), human: sum((i) => i.human) },
  }
}
