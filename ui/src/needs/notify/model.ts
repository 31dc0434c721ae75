import type { NeedItem } from "@muster/contracts"

/** A time of day, "22:00". */
export type DayTime = string

export interface QuietHours {
  readonly from: DayTime
  readonly to: DayTime
}

const TIME = /^([01]\d|2[0-3]):([0-5]\d)$/
const HOUR_MINUTES = 60

/** Minutes since midnight; undefined for what is no time of day. */
export function minutesOf(time: DayTime): number | undefined {
  const parts = TIME.exec(time)
  return parts === null ? undefined : Number(parts[1]) * HOUR_MINUTES + Number(parts[2])
}

/** Whether a moment lies in the quiet hours, which may go over midnight. The same time twice means never. */
export function isQuiet(quiet: QuietHours | undefined, minuteOfDay: number): boolean {
  const from = quiet && minutesOf(quiet.from)
  const to = quiet && minutesOf(quiet.to)
  if (from === undefined || to === undefined || from === to) return false
  return from < to ? minuteOfDay >= from && minuteOfDay < to : minuteOfDay >= from || minuteOfDay < to
}

/** What came since the list was seen before, in its order. Of the first list nothing is new: it was there when the page came. */
export function newcomers(
  seen: ReadonlySet<string> | undefined,
  items: ReadonlyArray<NeedItem>,
): ReadonlyArray<NeedItem> {
  return seen === undefined ? [] : items.filter((item) => !seen.has(item.id))
}

/** More at once are told in one notice. */
const NOTICES_AT_ONCE = 3

export type Notice =
  | { readonly kind: "one"; readonly item: NeedItem }
  | { readonly kind: "many"; readonly count: number }

/** What to tell: each by itself while there are few. */
export const noticesOf = (fresh: ReadonlyArray<NeedItem>): ReadonlyArray<Notice> =>
  fresh.length > NOTICES_AT_ONCE
    ? [{ kind: "many", count: fresh.length }]
    : fresh.map((item) => ({ kind: "one", item }))

export interface Circumstances {
  readonly isEnabled: boolean
  /** The browser lets the page notify. */
  readonly isPermitted: boolean
  /** This tab is the one that notifies. */
  readonly isLeader: boolean
  /** The person is looking at this page. */
  readonly isInSight: boolean
  readonly quiet: QuietHours | undefined
  readonly minuteOfDay: number
}

/** Whether something new is worth a notice now. */
export const mayNotify = ({
  isEnabled,
  isPermitted,
  isLeader,
  isInSight,
  quiet,
  minuteOfDay,
}: Circumstances): boolean => isEnabled && isPermitted && isLeader && !isInSight && !isQuiet(quiet, minuteOfDay)
