import { comparePositions, type RecordedEvent } from "@muster/domain"

type Seen = Pick<RecordedEvent, "id" | "position">

/** Ids that were stored and that a reader never got although it reads on behind them. */
export const skippedIds = (stored: Iterable<string>, seen: readonly Seen[]): string[] => {
  const got = new Set<string>(seen.map((event) => event.id))
  return [...stored].filter((id) => !got.has(id))
}

/** Ids that occur more than once. */
export const doubledIds = (seen: readonly Seen[]): string[] => {
  const once = new Set<string>()
  return seen.filter(({ id }) => once.size === once.add(id).size).map((event) => event.id)
}

/** Places where the position does not rise. */
export const disorder = (seen: readonly Seen[]): string[] =>
  seen.flatMap((event, index) => {
    const before = seen[index - 1]
    return before === undefined || comparePositions(before.position, event.position) < 0
      ? []
      : [`${before.position} before ${event.position}`]
  })

/** Places where the position does not rise by exactly one. */
export const gaps = (seen: readonly Seen[]): string[] =>
  seen.flatMap((event, index) => {
    const before = seen[index - 1]
    return before === undefined || BigInt(before.position) + 1n === BigInt(event.position)
      ? []
      : [`${before.position} before ${event.position}`]
  })
