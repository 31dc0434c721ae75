import type { Struck } from "../faults/campaign.ts"

/** How long it took from the end of a fault to the first outcome that was recorded after it; undefined: none was any more. */
export interface Recovery {
  readonly struck: Struck
  readonly millis: number | undefined
}

export const recoveries = (
  all: readonly Struck[],
  firstOutcomeSince: (atMillis: number) => number | undefined,
): readonly Recovery[] =>
  all.map((struck) => {
    const { endedAtMillis } = struck
    const at = endedAtMillis === undefined ? undefined : firstOutcomeSince(endedAtMillis)
    return { struck, millis: at === undefined || endedAtMillis === undefined ? undefined : at - endedAtMillis }
  })

/** The longest of them in whole milliseconds. */
export const longest = (all: readonly Recovery[]): number =>
  Math.round(all.reduce((most, { millis }) => Math.max(most, millis ?? Number.POSITIVE_INFINITY), 0))
